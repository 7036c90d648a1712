"""Every call of the page is in docs/openapi.json: its method, its path and its query."""

import json
import re
import shutil
from pathlib import Path

import pytest

from web.build import WEB

ROOT = Path(__file__).parents[3]
SOURCE = WEB / "src"
CALL = re.compile(r'\b(?:e|openE|lateE)ndpoint\("([A-Z]+) ([^"?]+)(?:\?([^"]*))?"(?:, "[a-z]+")?\)')
DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["paths"]


def wrong_calls(source: Path) -> list[str]:
    """What is said in api.js files below ``source`` and is not in the API's document."""
    wrong = []
    for file in sorted(source.rglob("api.js")):
        text = file.read_text(encoding="utf-8")
        calls = CALL.findall(text)
        if len(calls) != len(re.findall(r"\b(?:e|openE|lateE)ndpoint\(", text)):
            wrong.append(f"{file.relative_to(source)}: an endpoint that is not one plain string")
        for method, path, query in calls:
            route = DOCUMENT.get(path, {}).get(method.lower())
            if route is None:
                wrong.append(f"{file.relative_to(source)}: {method} {path}")
                continue
            known = {one["name"] for one in route.get("parameters", []) if one["in"] == "query"}
            wrong += [
                f"{file.relative_to(source)}: {method} {path}?{name}"
                for name in query.split("&")
                if name and name not in known
            ]
    return wrong


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The page's sources, to be spoilt."""
    return Path(shutil.copytree(SOURCE, tmp_path / "src"))


def test_every_call_is_in_the_apis_document() -> None:
    assert wrong_calls(SOURCE) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GET /homes/{home}/garage", "GET /homes/{home}/garage"),
        ("PUT /homes/{home}", "PUT /homes/{home}"),
        ("GET /homes/{house}", "GET /homes/{house}"),
        ("GET /homes/{home}/events?colour&limit", "GET /homes/{home}/events?colour"),
    ],
)
def test_a_wrong_call_is_found(copy: Path, line: str, said: str) -> None:
    file = copy / "features/homes/api.js"
    file.write_text(file.read_text() + f'\nexport const wrong = endpoint("{line}");\n')
    assert wrong_calls(copy) == [f"features/homes/api.js: {said}"]


def test_a_call_that_is_put_together_is_found(copy: Path) -> None:
    file = copy / "features/homes/api.js"
    file.write_text(file.read_text() + "\nexport const wrong = endpoint(`GET /${place}`);\n")
    (wrong,) = wrong_calls(copy)
    assert "not one plain string" in wrong


def test_only_api_files_name_routes_and_only_the_frame_sends() -> None:
    named, sends = set(), set()
    for file in SOURCE.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(SOURCE).as_posix()
        if re.search(r'["`]/api\b', text) or (file.name != "api.js" and "ndpoint(" in text):
            named.add(name)
        if re.search(r"\bfetch\(", text):
            sends.add(name)
    assert named == {"lib/http.js", "sw.js"}  # the worker imports nothing
    assert sends == {"lib/http.js", "lib/session.js", "sw.js"}
