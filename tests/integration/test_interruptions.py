"""An interruption is told to everybody whose service it stops, beforehand, and to nobody else."""

from typing import Any

import pytest

from tests.integration.office import Office

WORK = {
    "product": "doshiteru",
    "starts": "2026-10-20T01:00:00+09:00",
    "ends": "2026-10-20T05:00:00+09:00",
    "why": {"ja": "設備の保守", "en": "maintenance"},
}


def announced(office: Office, at: str, **changes: Any) -> None:
    answer = office.staff("POST", "/interruptions", at, {**WORK, **changes})
    assert answer.status == 200, answer.body


def told(office: Office) -> list[tuple[str, str]]:
    """Whom the notices since the last look are for, each once: repeated ones are one mail."""
    found = {
        (one.subject, one.id) for one in office.notices() if one.kind == "contract.interruption"
    }
    return sorted(found)


@pytest.mark.rule("HT-31", "HT-32", "HT-35")
def test_everybody_with_the_product_is_told_by_the_next_run_once(office: Office) -> None:
    running, paused = office.running(), office.running("2026-08-01T09:01")
    office.family("POST", f"/contracts/{paused}/pause", "2026-09-20T09:00", {"months": 2})
    ended = office.running("2026-08-01T09:02")
    office.happened(ended, "2026-09-20T09:00", "terminated")
    office.apply("2026-08-01T09:03", product="anshin_partner", plan="standard")
    office.run("daily", "2026-10-05T00:00")
    announced(office, "2026-10-05T15:00")
    announced(office, "2026-10-05T15:00")  # sent twice
    office.notices()
    summary = office.run("daily", "2026-10-06T00:00")
    assert summary["interruption"] == 2
    first = told(office)
    assert {contract for contract, _ in first} == {running, paused}
    office.run("daily", "2026-10-06T00:05")
    assert told(office) == first  # said again, under the same name: no second mail
    office.run("daily", "2026-10-07T00:00")
    assert told(office) == []
    office.run("monthly", "2026-11-01T10:00")
    assert office.totals(running)["2026-10"] == 49500 + 2 * 4378  # fees go on


@pytest.mark.rule("HT-32")
def test_an_urgent_one_is_told_at_once_by_a_run_of_the_same_day(office: Office) -> None:
    contract = office.running()
    office.run("daily", "2026-10-19T00:00")
    announced(office, "2026-10-19T15:00")
    office.notices()
    office.run("daily", "2026-10-19T15:05")
    assert [one for one, _ in told(office)] == [contract]


@pytest.mark.rule("HT-32")
def test_what_is_over_is_not_told(office: Office) -> None:
    office.running()
    announced(office, "2026-10-20T00:30")
    office.notices()
    office.run("daily", "2026-10-21T00:00")
    assert told(office) == []


def test_nonsense_is_not_announced(office: Office) -> None:
    for wrong in ({"ends": WORK["starts"]}, {"product": "x"}, {"starts": "soon"}):
        body = {**WORK, **wrong}
        assert office.staff("POST", "/interruptions", "2026-10-05T15:00", body).status == 422
    denied = office.staff("POST", "/interruptions", "2026-10-05T15:00", WORK, groups=None)
    assert denied.status == 403
