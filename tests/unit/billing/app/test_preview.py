"""The preview as others use it: one JSON object in, one out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambdas.billing.app.preview import answer

ROOT = Path(__file__).parents[4]
REQUEST = {
    "product": "doshiteru",
    "plan": "purchase_no_internet",
    "payment": "card",
    "timeline": [
        {"on": "2026-08-03", "event": "installed", "sensors": 1, "wifi_router": 1},
        {"on": "2026-08-10", "event": "started"},
    ],
    "through": "2026-09",
}


def run(argument: str, text: str = "") -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "lambdas.billing.app.preview", argument],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(REQUEST), encoding="utf-8")
    status, told = run(str(file))
    assert (status, told) == run("-", json.dumps(REQUEST))
    assert status == 0
    assert told["total"] == 49500 + 4378
    assert list(told) == ["invoices", "total", "state", "ends_on", "return_by"]
    assert (told["ends_on"], told["return_by"]) == (None, None)


@pytest.mark.rule("HT-43")
def test_what_is_forbidden_ends_with_2_and_the_rule() -> None:
    pause = {"on": "2026-10-15", "event": "paused", "months": 4}
    status, told = run("-", json.dumps({**REQUEST, "timeline": [*REQUEST["timeline"], pause]}))
    assert status == 2
    assert told["error"]["rule"] == "HT-43"
    assert "4 months" in told["error"]["detail"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"product": 3}'])
def test_what_cannot_be_read_ends_with_2(text: str) -> None:
    try:
        told, status = answer(json.loads(text))
    except json.JSONDecodeError:
        status, told = run("-", text)
    assert status == 2
    assert told["error"]["rule"] is None
    assert told["error"]["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"timeline": []},
        {"timeline": [{"on": "2026-08-10", "event": "exploded"}]},
        {"timeline": [{"on": "2200-01-01", "event": "started"}], "through": "2200-02"},
        {"timeline": [{"on": "2026-02-30", "event": "started"}]},
        {"timeline": [{"on": 20260810, "event": "started"}]},
        {"timeline": [{"event": "started"}]},
        {"timeline": [{"on": "2026-08-10", "event": "started", "surprise": 1}]},
        {"timeline": [{"on": "2026-08-10", "event": "paused", "months": "NaN"}]},
        {"timeline": [{"on": "9999-12-31", "event": "started"}], "through": "9999-12"},
        {"through": "2026-13"},
        {"through": "soon"},
        {"through": "9999-12"},
        {"timeline": [{"on": "0001-01-01T00:00+14:00", "event": "started"}]},
        {"surprise": 1},
        {"product": "nothing"},
        {"payment": []},
        {"watchers": [{"id": "a", "os": "windows"}]},
    ],
)
def test_nonsense_is_an_error_not_a_crash(change: dict[str, Any]) -> None:
    told, status = answer({**REQUEST, **change})
    assert status == 2
    assert set(told) == {"error"}
    assert set(told["error"]) == {"rule", "detail"}


def test_a_file_that_is_not_there() -> None:
    status, told = run("/nowhere/at/all.json")
    assert status == 2
    assert "nowhere" in told["error"]["detail"]


@pytest.mark.rule("G-01")
def test_times_without_an_offset_are_times_in_japan() -> None:
    def ends(accepted: str) -> Any:
        cancel = {"on": accepted, "event": "cancel_accepted"}
        told, _ = answer({**REQUEST, "timeline": [*REQUEST["timeline"], cancel]})
        return told["ends_on"]

    assert ends("2026-10-20T23:59:59") == ends("2026-10-20T14:59:59Z") == "2026-10-31"
    assert ends("2026-10-21T00:00:00") == ends("2026-10-20T15:00:00+00:00") == "2026-11-30"
