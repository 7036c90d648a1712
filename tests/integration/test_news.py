"""News: staff publishes, corrects and withdraws, families read what is for them (AL-51)."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.news import api, staff_api
from lambdas.shared.household import Home, Member
from tests.integration.conftest import HANAKO, HOME, STRANGER, TARO, Answer, Ask, Cloud
from tests.integration.samples import DAY, NOON

HOUR = timedelta(hours=1)
OPERATOR, EAST, LEADER = "person-sato", "person-higashi", "person-chief"
GROUPS = {OPERATOR: "[operator]", EAST: "[operator-east]", LEADER: "[admin]"}
FIRST, SECOND = "20261122t030000z-0000000a", "20261122t040000z-0000000b"
WORDS = {"title": "年末年始のご案内", "text": "休まず見守ります。\n<b>どうぞ</b>よいお年を。"}
EVERYONE = {"to": "everyone"}


def content(**changes: Any) -> dict[str, Any]:
    made = {
        "ja": WORDS,
        "audience": EVERYONE,
        "starts": NOON.isoformat(),
        "ends": (NOON + 7 * DAY).isoformat(),
    }
    return {**made, **changes}


class Desk:
    """Staff and families, by their requests."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.now = ask, NOON

    def staff(
        self, method: str, path: str, body: Any = None, person: str = OPERATOR, **more: Any
    ) -> Answer:
        who = {"person": person, "groups": GROUPS.get(person), "at": self.now, **more}
        return self.ask(staff_api.handler, method, f"/news-desk{path}", body=body, **who)

    def publish(self, id: str = FIRST, person: str = OPERATOR, **changes: Any) -> Answer:
        return self.staff("PUT", f"/{id}", content(**changes), person)

    def correct(self, revision: int = 1, person: str = OPERATOR, **changes: Any) -> Answer:
        said = {"content": content(**changes), "why": "誤り", "revision": revision}
        return self.staff("POST", f"/{FIRST}/correction", said, person)

    def withdraw(self, revision: int = 1) -> Answer:
        return self.staff("POST", f"/{FIRST}/withdrawal", {"why": "終了", "revision": revision})

    def family(
        self, path: str = "", method: str = "GET", person: str = HANAKO, **more: Any
    ) -> Answer:
        return self.ask(api.handler, method, f"/news{path}", person=person, at=self.now, **more)

    def titles(self, person: str = HANAKO) -> list[str]:
        return [one["title"] for one in self.family(person=person).body["news"]]


@pytest.fixture
def desk(ask: Ask) -> Desk:
    return Desk(ask)


@pytest.mark.rule("AL-51", "AL-52")
def test_what_is_published_is_read_by_families_and_is_unread_until_then(desk: Desk) -> None:
    assert desk.publish().status == 200
    found = desk.family().body
    assert [(one["title"], one["read"]) for one in found["news"]] == [(WORDS["title"], False)]
    assert found["unread"] == 1
    assert found["inquiry"] == {"phone": "0120-000-001", "hours": "毎日24時間"}
    piece = desk.family(f"/{FIRST}").body
    assert (piece["text"], piece["language"]) == (WORDS["text"], "ja")
    assert desk.family().body["unread"] == 1, "to look at it is not to say that it was read"
    assert desk.family(f"/{FIRST}/read", "PUT").status == 204
    assert desk.family().body["unread"] == 0
    assert desk.family(person=TARO).body["unread"] == 1, "everybody reads for themselves"


@pytest.mark.rule("AL-51")
def test_english_where_it_was_written_and_japanese_where_not(desk: Desk) -> None:
    desk.publish(en={"title": "At the turn of the year", "text": "We are here."})
    desk.publish(SECOND)
    english = {"language": "en"}
    found = desk.family(**english).body
    titles = {one["title"] for one in found["news"]}
    assert titles == {"At the turn of the year", WORDS["title"]}
    assert found["inquiry"]["hours"] == "around the clock"
    assert desk.family(f"/{FIRST}", **english).body["language"] == "en"
    assert desk.family(f"/{SECOND}", **english).body["language"] == "ja"


@pytest.mark.rule("AL-51")
def test_it_is_there_from_its_first_instant_until_its_last(desk: Desk) -> None:
    desk.publish(starts=(NOON + HOUR).isoformat(), ends=(NOON + 2 * HOUR).isoformat())
    seen = []
    for minutes in (0, 59, 60, 119, 120, 600):
        desk.now = NOON + timedelta(minutes=minutes)
        seen.append((len(desk.titles()), desk.family(f"/{FIRST}").status))
    assert seen == [(0, 404), (0, 404), (1, 200), (1, 200), (0, 404), (0, 404)]


@pytest.mark.rule("AL-51")
@pytest.mark.parametrize(
    ("audience", "hanako", "stranger"),
    [
        (EVERYONE, True, True),
        ({"to": "product", "product": "home_security_online"}, True, False),
        ({"to": "product", "product": "rusutaku"}, False, False),
        ({"to": "centre", "centre": "east"}, True, False),
        ({"to": "centre", "centre": "west"}, False, False),
    ],
    ids=str,
)
def test_it_is_for_whom_it_is_addressed_to_and_for_nobody_else(
    desk: Desk, cloud: Cloud, audience: Any, hanako: bool, stranger: bool
) -> None:
    over = {"product": "rusutaku", "ends": NOON - HOUR}
    cloud.household(
        cloud.contract("intrusion", id="c-1", product="home_security_online", centre="east"),
        cloud.contract(id="c-2", **over),
    )
    assert desk.publish(audience=audience).status == 200
    for person, reads in ((HANAKO, hanako), (STRANGER, stranger), ("person-new", False)):
        reads = reads or audience == EVERYONE
        assert bool(desk.titles(person)) == reads, person
        assert desk.family(f"/{FIRST}", person=person).status == (200 if reads else 404)
        assert desk.family(f"/{FIRST}/read", "PUT", person).status == (204 if reads else 404)


@pytest.mark.rule("AL-51")
def test_whoever_is_watched_over_reads_it_too(desk: Desk, cloud: Cloud) -> None:
    made = cloud.contract("intrusion", centre="tokyo")
    umeko = Member(person="person-umeko", role="watched", name="梅子", email="u@f.example")
    cloud.directory.publish_home(Home(id=HOME, name="家", members=(umeko,), contracts=(made,)))
    desk.publish(audience={"to": "centre", "centre": "tokyo"})
    assert desk.titles("person-umeko") == [WORDS["title"]]


@pytest.mark.rule("AL-51")
def test_a_correction_is_unread_again_and_what_was_said_before_stays_on_file(desk: Desk) -> None:
    desk.publish()
    desk.family(f"/{FIRST}/read", "PUT")
    desk.now += HOUR
    other = {"title": "年始のご案内", "text": "1月1日も休みません。"}
    answer = desk.correct(ja=other)
    assert [(one["what"], one["why"], one["content"]["ja"]) for one in answer.body["events"]] == [
        ("published", "", WORDS),
        ("corrected", "誤り", other),
    ]
    (line,) = desk.family().body["news"]
    assert (line["title"], line["read"]) == ("年始のご案内", False)
    assert line["corrected_at"] == desk.now.isoformat().replace("+00:00", "Z")


@pytest.mark.rule("AL-51")
def test_what_is_withdrawn_is_gone_for_families_and_stays_at_the_desk(desk: Desk) -> None:
    desk.publish()
    desk.publish(SECOND)
    assert desk.withdraw().body["shown_now"] is False
    assert len(desk.titles()) == 1
    assert desk.family(f"/{FIRST}").status == 404
    listed = desk.staff("GET", "").body
    assert [(one["id"], bool(one["withdrawn_at"])) for one in listed] == [
        (SECOND, False),
        (FIRST, True),
    ]
    older = desk.staff("GET", "", query={"before": SECOND}).body
    assert [one["id"] for one in older] == [FIRST]
    for again in (desk.withdraw(2), desk.correct(2)):
        assert (again.status, again.body["type"]) == (409, "urn:mimamori:problem:news-over")


def test_the_same_sent_twice_is_one_piece_and_another_under_its_id_is_refused(desk: Desk) -> None:
    first = desk.publish()
    desk.now += HOUR
    assert desk.publish().body == first.body
    assert desk.publish(urgent=True).status == 409
    assert len(desk.titles()) == 1


def test_of_two_corrections_at_once_one_looks_again(desk: Desk, cloud: Cloud) -> None:
    desk.publish()
    cloud.meanwhile("TransactWriteItems", lambda: desk.correct(urgent=True))
    late = desk.correct()
    assert (late.status, late.body["type"]) == (409, "urn:mimamori:problem:changed-meanwhile")
    assert desk.correct(1).status == 409, "what it was written against is not what stands"
    assert desk.correct(2).status == 200


@pytest.mark.rule("AL-51")
def test_urgent_news_stands_first(desk: Desk) -> None:
    desk.publish(urgent=True)
    new = {"title": "新しい", "text": "x"}
    desk.publish(SECOND, ja=new, starts=(NOON - HOUR).isoformat())
    assert desk.titles() == [WORDS["title"], "新しい"]


@pytest.mark.rule("AL-21", "AL-51")
def test_operators_of_one_centre_speak_to_its_homes_only(desk: Desk) -> None:
    east, west = ({"to": "centre", "centre": one} for one in ("east", "west"))
    assert desk.publish(person=EAST).status == 403
    assert desk.publish(person=EAST, audience=west).status == 403
    assert desk.publish(person=EAST, audience=east).status == 200
    assert desk.correct(person=EAST).status == 403, "nor does a correction reach further"
    assert desk.correct(person=LEADER).status == 200
    assert desk.correct(2, EAST, audience=east).status == 403, "it is everybody's now"
    assert desk.staff("GET", "", person=EAST).body[0]["may_change"] is False


@pytest.mark.parametrize("person", [HANAKO, "person-keiri", "person-kenji"])
def test_nobody_else_publishes_or_sees_the_desk(desk: Desk, person: str) -> None:
    assert desk.publish(person=person).status == 403
    assert desk.staff("GET", "", person=person).status == 403
    assert desk.staff("GET", f"/{FIRST}", person=person).status == 403


REFUSED = {
    "no title": {"ja": {"title": " ", "text": "x"}},
    "no text": {"ja": {"title": "x", "text": ""}},
    "too long": {"ja": {"title": "x", "text": "あ" * 4001}},
    "bidi": {"ja": {"title": "口座\u202e321", "text": "x"}},
    "isolate": {"ja": {"title": "x", "text": "\u2067abc"}},
    "bell": {"ja": WORDS, "en": {"title": "x", "text": "\x07"}},
    "two lines": {"ja": {"title": "a\nb", "text": "x"}},
    "ends first": {"ends": (NOON - DAY).isoformat()},
    "over": {"starts": (NOON - 2 * DAY).isoformat(), "ends": (NOON - DAY).isoformat()},
    "no zone": {"starts": "2026-11-22T12:00:00"},
    "nobody": {"audience": {"to": "centre", "centre": "north"}},
    "unknown": {"html": True},
}


@pytest.mark.rule("AL-51")
@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_not_stored(desk: Desk, cloud: Cloud, changes: Any) -> None:
    answer = desk.publish(**changes)
    assert answer.status == 422, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert cloud.rows("news") == []


def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    assert desk.staff("GET", f"/{FIRST}").status == 404
    assert desk.withdraw().status == 404
    assert desk.correct().status == 404
    assert desk.family(f"/{FIRST}/read", "PUT").status == 404
    assert desk.staff("PUT", "/xyz", content()).status == 422
