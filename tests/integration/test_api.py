"""The API's doors: nobody enters a home that is not theirs, and every error is a problem document.

The routes come from the routers themselves: one that is added is tried, too.
"""

import base64
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lambdas.detect.event import SeenEvent, event_id
from lambdas.detect.store import Pictures, Store
from lambdas.detect.verdict import Reason
from lambdas.devices.live import LiveSession
from lambdas.devices.model import SentCommand
from lambdas.devices.store import Store as Devices
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.http import routes_of
from lambdas.shared.household import Home, Member
from tests.integration.conftest import (
    HANAKO,
    HOME,
    OTHER_HOME,
    PICTURES,
    STRANGER,
    TARO,
    Ask,
    Cloud,
)
from tests.integration.samples import DAY, MINUTE, NOON

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

THING = "cam-living"
EVENT = event_id(THING, NOON)

VALUES = {
    **{"home": HOME, "thing": THING, "event": EVENT, "id": EVENT, "command": "c0ffee"},
    **{"case": "CN-20261122-0001", "name": "signature", "day": "2026-11-22", "month": "2026-11"},
    **{"topic": "absence", "number": "1", "key": "k-1", "session": "5ee1"},
}
"""What stands in a path."""

REGISTRATION = {
    "phone": "090-0000-0000",
    "address": "東京都千代田区",
    "terms": "2026-04",
    "target": {
        "name": "佐藤 トメ",
        "relation": "parent",
        "phone": "03-0000-0000",
        "address": "神戸市",
        "place": {"latitude": 34.69, "longitude": 135.19},
    },
}
EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/homes/{home}/devices"): {
        "body": {"name": "居間", "kind": "smart-camera", "profile": "security"}
    },
    ("PATCH", "/homes/{home}/devices/{thing}"): {"body": {"name": "台所"}},
    ("POST", "/homes/{home}/devices/{thing}/commands"): {"body": {"action": "stop"}},
    ("POST", "/homes/{home}/devices/{thing}/live"): {"body": {"offer": "v=0\r\n"}},
    ("GET", "/homes/{home}/devices/{thing}/motion"): {"query": {"date": "2026-11-22"}},
    ("POST", "/homes/{home}/home-check"): {"body": REGISTRATION},
    ("PUT", "/homes/{home}/home-check"): {"body": REGISTRATION},
    ("PUT", "/homes/{home}/picture-mail"): {"body": {"addresses": ["hanako@f.example"]}},
    ("PATCH", "/me"): {"body": {"language": "en"}},
    ("POST", "/homes/{home}/visits/plans"): {
        "body": {"days": ["2026-12-10"], "window": {"start": "09:00", "end": "12:00"}}
    },
    ("PUT", "/homes/{home}/activity/preferences"): {"body": {"absence_hours": 12}},
    ("PUT", "/homes/{home}/activity/site"): {"body": {"line": "internet"}},
    ("POST", "/homes/{home}/security/operations"): {"body": {"action": "disarm"}},
    ("PUT", "/homes/{home}/security/areas"): {"body": {"areas": []}},
    ("PUT", "/homes/{home}/security/contacts"): {"body": {"contacts": []}},
    ("PATCH", "/homes/{home}/security/keys/{key}"): {"body": {"told": True}},
    ("POST", "/homes/{home}/security/keys"): {
        "body": {"name": "鍵", "means": "key", "secret": "K-0001"}
    },
}
"""What a route needs to be asked properly; nothing, unless it says so here."""

MANAGING = {
    ("POST", "/homes/{home}/devices"),
    ("DELETE", "/homes/{home}/devices/{thing}"),
    ("DELETE", "/homes/{home}/events/{event}"),
}
"""Routes for the contractor alone."""


ELSEWHERE: dict[str, str] = {
    "/billing/": "tests/integration/test_billing.py",
    "/invitations/": "tests/integration/test_people.py",
    "/dispatch/": "tests/integration/test_dispatch_api.py",
    "/news": "tests/integration/test_news.py",
    "/me/phones": "tests/integration/test_phones.py",
    "/me/quiet": "tests/integration/test_quiet.py",
    "/notices/receipts/": "tests/integration/test_phones.py",
    "/me/disclosures": "tests/integration/test_personal_data.py",
    "/security/": "tests/integration/test_security.py",
    "/staff/": "tests/integration/test_personal_data.py",
    "/statistics/": "tests/integration/test_statistics.py",
}
"""How routes begin that are of no home, and the tests that try strangers at them."""


def _routes() -> Iterator[tuple[Handler, str, str]]:
    root = Path(__file__).parents[2]
    for file in sorted(root.glob("lambdas/*/*.py")):
        if "http.resolver(" not in file.read_text(encoding="utf-8"):
            continue
        module = import_module(".".join(file.relative_to(root).with_suffix("").parts))
        for method, path in routes_of(module.app):
            yield module.handler, method, path


ROUTES = list(_routes())
OF_A_HOME = [route for route in ROUTES if "{home}" in route[2]]
OF_ROOM_WATCH = [
    route
    for route in OF_A_HOME
    if not re.search(
        r"/(home-check|cases|activity|visits|security|picture-mail|disclosures)\b|^/homes/{home}$",
        route[2],
    )
    and route[1:] != ("GET", "/homes/{home}/devices")
]
"""Home checks and visits are the contractor's (test_dispatch_api.py, test_patrols.py), activity is
a product of its own (test_activity.py), as is the guard (test_security.py), and so are mails with
pictures (test_pictures_are_the_familys.py). A home itself is there for everybody in it, and what
is kept of it for its contractor (test_personal_data.py)."""
INSIDE = [
    route
    for route in OF_A_HOME
    if re.search(r"\{(thing|event|id)\}", route[2]) and "/visits/" not in route[2]
]
"""Routes to something in a home."""


def _name(route: tuple[Handler, str, str]) -> str:
    return f"{route[1]} {route[2]}"


def try_it(ask: Ask, route: tuple[Handler, str, str], **more: Any) -> Any:
    handler, method, path = route
    example = EXAMPLES.get((method, path), {})
    return ask(handler, method, path.format(**VALUES), **{**example, **more})


@pytest.fixture
def home(cloud: Cloud) -> Cloud:
    """A home in which every route finds what it asks for."""
    cloud.camera(THING)
    cloud.camera("cam-next-door", home=OTHER_HOME)
    Store("detect").see(event())
    Pictures(PICTURES).keep(HOME, EVENT, b"\xff\xd8\xfe picture \xff\xd9")
    soon = NOON + MINUTE
    sent = SentCommand(id="c0ffee", action="stop", at=NOON, expires_at=soon, asked_by=TARO)
    Devices("devices").send(THING, sent)
    look = LiveSession(id="5ee1", asked_by=TARO, at=NOON, ends_at=soon)
    Devices("devices").begin_live(THING, look)
    return cloud


def event(thing: str = THING, minutes: int = 0, **changes: Any) -> SeenEvent:
    at = NOON + minutes * MINUTE
    return SeenEvent(
        **{
            "id": event_id(thing, at),
            "home": HOME,
            "thing": thing,
            "camera": "居間",
            "mode": "guard",
            "at": at,
            "detected_at": at,
            "kind": "motion",
            "level": 0.2,
            "score": 0.8,
            "reason": Reason(kind="motion", area=0.1),
            "detector": "test/1",
            "pictures": "cloud",
            **changes,
        }
    )


def test_every_route_is_of_a_home_or_of_oneself() -> None:
    assert len(OF_A_HOME) >= 10
    root = Path(__file__).parents[2]
    for _, method, path in ROUTES:
        if "{home}" not in path and path != "/me":
            tests = [file for begins, file in ELSEWHERE.items() if path.startswith(begins)]
            assert tests, f"{method} {path} is of no home: try strangers at it, say so in ELSEWHERE"
            assert all((root / file).is_file() for file in tests)


@pytest.mark.parametrize("route", OF_A_HOME, ids=_name)
@pytest.mark.parametrize("person", [STRANGER, "person-nobody", ""])
def test_a_stranger_finds_nothing(
    home: Cloud, ask: Ask, route: tuple[Handler, str, str], person: str
) -> None:
    tables = ("devices", "directory", "detect", "readings", "notices")
    before = [home.rows(table) for table in tables]
    answer = try_it(ask, route, person=person)
    assert answer.status == 404, f"{answer.body}: give it an example in EXAMPLES"
    assert answer.body["type"] == "urn:mimamori:problem:not-found"
    # Neither the words nor anything else tells a home that is not theirs from one that is not.
    handler, method, path = route
    missing = ask(
        handler,
        method,
        path.format(**{**VALUES, "home": "home-that-is-not"}),
        person=person,
        **EXAMPLES.get((method, path), {}),
    )
    assert (answer.status, answer.body) == (missing.status, missing.body)
    assert [home.rows(table) for table in tables] == before
    assert home.told(THING) == []


@pytest.mark.parametrize("route", INSIDE, ids=_name)
def test_a_member_of_two_homes_does_not_reach_from_one_into_the_other(
    home: Cloud, ask: Ask, route: tuple[Handler, str, str]
) -> None:
    both = Home(
        id=OTHER_HOME,
        name="となりの家",
        members=(Member(person=HANAKO, role="contractor", name="花子", email="h@f.example"),),
        contracts=(home.contract("room-watch", "photo-collection", id="contract-2"),),
    )
    home.directory.publish_home(both)
    handler, method, path = route
    there = path.format(**{**VALUES, "home": OTHER_HOME})
    answer = ask(handler, method, there, **EXAMPLES.get((method, path), {}))
    assert answer.status == 404
    assert home.directory.device(THING)
    assert home.told(THING) == []


@pytest.mark.parametrize("route", OF_ROOM_WATCH, ids=_name)
def test_the_contractor_may_everything_a_watcher_all_but_manage(
    home: Cloud, ask: Ask, route: tuple[Handler, str, str]
) -> None:
    managing = route[1:] in MANAGING
    answer = try_it(ask, route, person=TARO)
    assert (answer.status == 403) == managing
    if managing:
        assert answer.body["type"] == "urn:mimamori:problem:contractor-only"
    assert try_it(ask, route).status < 300


@pytest.mark.parametrize("route", OF_ROOM_WATCH, ids=_name)
def test_without_a_contract_in_force_there_is_no_room_watch(
    home: Cloud, ask: Ask, route: tuple[Handler, str, str]
) -> None:
    home.household(home.contract("room-watch", "photo-collection", ends=NOON))
    answer = try_it(ask, route)
    assert (answer.status, answer.body["rule"]) == (403, "DC-05")
    assert home.told(THING) == []


@pytest.mark.parametrize("features", [("activity", "sleep"), ("intrusion", "emergency"), ()])
def test_a_home_is_shown_whatever_its_contracts_are_for(
    home: Cloud, ask: Ask, features: tuple[str, ...]
) -> None:
    home.household(home.contract(*features))
    handler = handler_of("/homes/{home}")
    answer = ask(handler, "GET", f"/homes/{HOME}")
    assert (answer.status, set(answer.body["features"])) == (200, set(features))


def test_who_leaves_a_home_is_out(cloud: Cloud, ask: Ask) -> None:
    before = cloud.directory.home(HOME)
    assert before
    stays = tuple(one for one in before.members if one.person != TARO)
    Directory("directory").publish_home(before.model_copy(update={"members": stays}))
    handler = next(handler for handler, _, path in ROUTES if path == "/homes/{home}")
    assert ask(handler, "GET", f"/homes/{HOME}", person=TARO).status == 404
    assert ask(handler, "GET", f"/homes/{HOME}").status == 200
    assert cloud.directory.homes_of(TARO) == []


# Events and pictures


def handler_of(path: str) -> Handler:
    return next(handler for handler, _, known in ROUTES if known == path)


EVENTS = f"/homes/{HOME}/events"
EVENTS_HANDLER = handler_of("/homes/{home}/events")


def test_events_come_newest_first_page_by_page(home: Cloud, ask: Ask) -> None:
    home.camera("cam-kitchen")
    for minutes in range(1, 7):
        Store("detect").see(event("cam-kitchen" if minutes % 2 else THING, minutes))
    Store("detect").ended(HOME, "20261122T999999.000Z-never-began", NOON)
    seen: list[str] = []
    query = {"limit": "3"}
    for _ in range(4):
        page = ask(EVENTS_HANDLER, "GET", EVENTS, query=query).body
        seen += [one["id"] for one in page["events"]]
        if page.get("next") is None:
            break
        query["before"] = page["next"]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 7
    mine = ask(EVENTS_HANDLER, "GET", EVENTS, query={"device": "cam-kitchen", "limit": "2"}).body
    assert [one["device"] for one in mine["events"]] == ["cam-kitchen"] * 2
    assert mine["next"] == mine["events"][-1]["id"]


def test_an_event_is_told_in_the_callers_language(home: Cloud, ask: Ask) -> None:
    path = f"{EVENTS}/{EVENT}"
    ja, en = (ask(EVENTS_HANDLER, "GET", path, language=one).body for one in (None, "en-GB"))
    assert ja["reason"] == "画面の 10.0 % が動きました"
    assert en["reason"] == "10.0% of the picture moved"
    assert ja["picture"] == f"/api/homes/{HOME}/pictures/{EVENT}"
    assert (ja["late"], ja["ended_at"]) == (False, None)


@pytest.mark.rule("DC-26")
def test_a_late_event_says_so(home: Cloud, ask: Ask) -> None:
    late = event(minutes=1, detected_at=NOON + 71 * MINUTE)
    Store("detect").see(late)
    shown = ask(EVENTS_HANDLER, "GET", f"{EVENTS}/{late.id}").body
    assert shown["late"] is True
    assert shown["at"] == "2026-11-22T03:01:00Z"


@pytest.mark.rule("DC-21")
def test_a_picture_comes_as_the_bytes_it_is(home: Cloud, ask: Ask) -> None:
    shown = ask(EVENTS_HANDLER, "GET", f"/homes/{HOME}/pictures/{EVENT}")
    assert shown.status == 200
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"].startswith("private")
    assert shown.base64
    assert base64.b64decode(shown.body) == b"\xff\xd8\xfe picture \xff\xd9"


@pytest.mark.rule("DC-20", "DC-22")
def test_a_phones_picture_is_not_shown_once_photo_collection_ended(home: Cloud, ask: Ask) -> None:
    home.directory.withdraw_device(THING)
    home.camera("cam-phone", kind="phone-camera")
    seen = event("cam-phone")
    Store("detect").see(seen)
    Pictures(PICTURES).keep(HOME, seen.id, b"jpeg")
    path = f"/homes/{HOME}/pictures/{seen.id}"
    assert ask(EVENTS_HANDLER, "GET", path).status == 200
    home.household(home.contract("room-watch"))
    refused = ask(EVENTS_HANDLER, "GET", path)
    assert (refused.status, refused.body["rule"]) == (403, "DC-22")


@pytest.mark.rule("DC-22")
def test_a_picture_that_stayed_on_the_phone_is_said_to_be_there(home: Cloud, ask: Ask) -> None:
    seen = event(minutes=1, pictures="on-device")
    Store("detect").see(seen)
    shown = ask(EVENTS_HANDLER, "GET", f"{EVENTS}/{seen.id}").body
    assert (shown["pictures"], shown["picture"]) == ("on-device", None)
    refused = ask(EVENTS_HANDLER, "GET", f"/homes/{HOME}/pictures/{seen.id}")
    assert (refused.status, refused.body["rule"]) == (404, "DC-22")


@pytest.mark.rule("DC-23")
def test_a_smart_cameras_picture_is_shown_without_photo_collection(home: Cloud, ask: Ask) -> None:
    home.household(home.contract("room-watch"))
    assert ask(EVENTS_HANDLER, "GET", f"/homes/{HOME}/pictures/{EVENT}").status == 200


@pytest.mark.rule("DC-29")
def test_of_a_motion_only_room_there_is_nothing_to_show(home: Cloud, ask: Ask) -> None:
    seen = event(minutes=1, mode="motion-only", pictures="none")
    Store("detect").see(seen)
    assert ask(EVENTS_HANDLER, "GET", f"{EVENTS}/{seen.id}").body["picture"] is None
    assert ask(EVENTS_HANDLER, "GET", f"/homes/{HOME}/pictures/{seen.id}").status == 404


@pytest.mark.parametrize("name", ["..", "%2e%2e", "x" * 500, "あ"])
def test_odd_names_of_pictures_and_events_are_not_found(home: Cloud, ask: Ask, name: str) -> None:
    assert ask(EVENTS_HANDLER, "GET", f"/homes/{HOME}/pictures/{name}").status == 404
    assert ask(EVENTS_HANDLER, "GET", f"{EVENTS}/{name}").status == 404


# Problems


DEVICES = handler_of("/homes/{home}/devices")


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, {"body.name", "body.kind"}),
        ({"name": "居間", "kind": "smart-camera"}, {"body"}),
        ({"name": "居間", "kind": "controller", "profile": "pet"}, {"body"}),
        ({"name": "", "kind": "smart-camera", "profile": "pet"}, {"body.name"}),
        ({"name": "居間", "kind": "toaster", "profile": "pet"}, {"body.kind"}),
        ("{", None),
        ([], {"body"}),
    ],
    ids=["nothing", "no profile", "not a camera", "no name", "unknown kind", "no JSON", "a list"],
)
def test_a_wrong_request_says_where(
    home: Cloud, ask: Ask, body: Any, places: set[str] | None
) -> None:
    answer = ask(DEVICES, "POST", f"/homes/{HOME}/devices", body=body)
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["type"] == "urn:mimamori:problem:invalid"
    found = {error["at"] for error in answer.body["errors"]}
    assert all(error["why"] for error in answer.body["errors"])
    assert found == places or places is None
    assert "input" not in answer.body["errors"][0]  # what was sent is not sent back


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "many"}])
def test_a_wrong_question_says_where(home: Cloud, ask: Ask, query: dict[str, str]) -> None:
    answer = ask(EVENTS_HANDLER, "GET", EVENTS, query=query)
    assert answer.status == 422
    assert [error["at"] for error in answer.body["errors"]] == ["query.limit"]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        (None, "見つかりません"),
        ("ja", "見つかりません"),
        ("en-US,en;q=0.9,ja;q=0.8", "Not found"),
        ("fr-FR,en;q=0.5", "Not found"),
        ("ja-JP,en", "見つかりません"),
        ("zz", "見つかりません"),
    ],
)
def test_problems_speak_the_callers_language(
    home: Cloud, ask: Ask, language: str | None, title: str
) -> None:
    answer = ask(EVENTS_HANDLER, "GET", f"{EVENTS}/none", language=language)
    assert answer.body["title"] == title
    assert answer.body["status"] == answer.status == 404


def test_a_fault_of_ours_tells_nothing_of_itself(home: Cloud, ask: Ask) -> None:
    home.fail("Query", code="InternalServerError")
    answer = ask(EVENTS_HANDLER, "GET", EVENTS)
    assert answer.status == 500
    assert set(answer.body) == {"type", "title", "status", "detail"}
    assert "Query" not in str(answer.body)


def test_addresses_that_are_none(home: Cloud, ask: Ask) -> None:
    for method, path in (("GET", "/nowhere"), ("PUT", f"/homes/{HOME}")):
        answer = ask(DEVICES, method, path)
        assert answer.status == 404
        assert answer.body["type"] == "urn:mimamori:problem:not-found"


def test_the_day_after_the_contract_began_counts(home: Cloud, ask: Ask) -> None:
    home.household(home.contract("room-watch", starts=NOON + DAY))
    assert ask(EVENTS_HANDLER, "GET", EVENTS, at=NOON).status == 403
    assert ask(EVENTS_HANDLER, "GET", EVENTS, at=NOON + DAY).status == 200
