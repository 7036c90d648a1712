"""What watchers set of their notices, reports at their times, and who looks after what."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.ingest import activity_api, notice_api, on_home
from lambdas.ingest.activity.told import NOTHING, Episode, Topic
from lambdas.ingest.activity_store import ActivityStore
from lambdas.notify import on_notice
from lambdas.shared.calendar import start_of
from lambdas.shared.events import Notice
from lambdas.shared.household import Member
from tests.integration.conftest import HANAKO, HOME, STRANGER, TARO, Ask, Cloud, Take
from tests.integration.lived import DAY, keep, life
from tests.integration.samples import HOUR, MINUTE, NOON, on_bus
from tests.integration.test_activity_notices import FIRST, LEFT, at, away_for_a_day, look
from tests.integration.test_readings import gateway

TODAY = start_of(NOON.date())
PREFERENCES, SITE = f"/homes/{HOME}/activity/preferences", f"/homes/{HOME}/activity/site"


def ask_for(ask: Ask, method: str, path: str, **more: Any) -> Any:
    more.setdefault("at", NOON)
    return ask(notice_api.handler, method, path, **more)


@pytest.mark.rule("HT-11", "A-22")
def test_each_watcher_has_preferences_of_their_own(cloud: Cloud, ask: Ask) -> None:
    gateway(cloud)
    before = ask_for(ask, "GET", PREFERENCES, person=TARO).body
    assert before["preferences"] == {
        "absence_hours": 12, "stillness_hours": 8, "every_hours": None, "times": [],
    }  # fmt: skip
    mine = {"absence_hours": 6, "stillness_hours": None, "every_hours": 24, "times": ["08:30:00"]}
    assert ask_for(ask, "PUT", PREFERENCES, person=TARO, body=mine).body["preferences"] == mine
    assert ask_for(ask, "GET", PREFERENCES, person=TARO).body["preferences"] == mine
    hers = ask_for(ask, "GET", PREFERENCES, person=HANAKO).body["preferences"]
    assert hers == before["preferences"]


@pytest.mark.rule("HT-01", "HT-11")
def test_who_is_watched_over_sees_the_home_and_is_told_of_nothing(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    gateway(cloud)
    place = cloud.directory.home(HOME)
    assert place
    tome = Member(person="tome", role="watched", name="トメ", email="tome@f.example")
    cloud.directory.publish_home(place.model_copy(update={"members": (*place.members, tome)}))
    assert ask(activity_api.handler, "GET", f"/homes/{HOME}/activity", person="tome").status == 200
    for method, path in (("GET", PREFERENCES), ("PUT", PREFERENCES), ("PUT", SITE)):
        refused = ask_for(ask, method, path, person="tome", body={} if method == "PUT" else None)
        assert refused.status == 403
    keep(FIRST, away_for_a_day(), hi=LEFT + 740)
    look(take, at(LEFT + 740))
    told = [one for one in cloud.published() if isinstance(one, Notice)]
    assert {one.kind for one in told} == {"activity.absence"}
    assert {one.audience.person for one in told} == {HANAKO, TARO}  # type: ignore[union-attr]


@pytest.mark.rule("AL-63")
def test_a_telephone_line_refuses_fixed_times_and_takes_the_rest(cloud: Cloud, ask: Ask) -> None:
    gateway(cloud)
    site = {"line": "telephone", "rhythm_hours": 10}
    set_ = ask_for(ask, "PUT", SITE, person=HANAKO, body=site)
    assert (set_.body["site"], set_.body["carries_times"]) == (site, False)
    refused = ask_for(ask, "PUT", PREFERENCES, body={"times": ["08:00"]})
    assert (refused.status, refused.body["rule"]) == (422, "AL-63")
    assert "定刻連絡" in refused.body["detail"]
    assert ask_for(ask, "PUT", PREFERENCES, body={"every_hours": 12}).status == 200


def test_only_the_contractor_changes_what_holds_for_the_home(cloud: Cloud, ask: Ask) -> None:
    gateway(cloud)
    refused = ask_for(ask, "PUT", SITE, person=TARO, body={"line": "telephone"})
    assert refused.status == 403
    assert "ご契約者だけ" in refused.body["detail"]


@pytest.mark.parametrize(
    "body", [{"times": ["08:07"]}, {"absence_hours": 0}, {"x": 1}, {"times": 8}]
)
def test_preferences_that_make_no_sense_are_refused(
    cloud: Cloud, ask: Ask, body: dict[str, Any]
) -> None:
    gateway(cloud)
    assert ask_for(ask, "PUT", PREFERENCES, body=body).status == 422
    assert ActivityStore("readings").preferences(HOME)[0] == {}


@pytest.mark.rule("A-27", "HT-45")
def test_nothing_is_set_or_shown_during_a_pause_or_to_a_stranger(cloud: Cloud, ask: Ask) -> None:
    gateway(cloud, ends=NOON - HOUR)
    for path in (PREFERENCES, f"/homes/{HOME}/activity/notices"):
        assert ask_for(ask, "GET", path).status == 403
        assert ask_for(ask, "GET", path, person=STRANGER).status == 404


@pytest.mark.rule("AL-63", "AL-07", "HT-90")
def test_a_report_at_its_time_says_how_things_are_once(cloud: Cloud, ask: Ask, take: Take) -> None:
    gateway(cloud)
    first = TODAY - timedelta(days=4)
    keep(first, life(7), hi=4 * DAY + 480)
    ask_for(ask, "PUT", PREFERENCES, person=TARO, body={"times": ["08:30"]}, at=TODAY)
    said: list[Any] = []
    for minute in (495, 510, 525, 540):
        at = TODAY + minute * MINUTE
        keep(first, life(7), 4 * DAY + minute - 15, 4 * DAY + minute)
        body = {"home": HOME, "at": at.isoformat()}
        assert not take(on_home.handler, body, body, at=at)
        said += cloud.published()
    (notice,) = said
    assert isinstance(notice, Notice)
    assert (notice.kind, notice.at) == ("activity.report", TODAY + 510 * MINUTE)
    assert not take(on_notice.handler, on_bus(notice))
    (mail,) = cloud.mails
    assert mail.to == "taro@f.example"
    assert "正常" in mail.subject
    assert "最後に動きがあったのは11月22日" in mail.text
    assert "ゆうべの睡眠はおよそ" in mail.text
    assert "目安" in mail.text


# -- who looks after it


@pytest.fixture
def away(cloud: Cloud) -> Cloud:
    """An absence of which both were told."""
    gateway(cloud)
    episode = Episode(number=4, since=NOON - 13 * HOUR, told=(HANAKO, TARO))
    told = NOTHING.model_copy(update={"episodes": {Topic.ABSENCE: episode}})
    ActivityStore("readings").keep_told(HOME, told)
    return cloud


ACKNOWLEDGE = f"/homes/{HOME}/activity/notices/absence/4/acknowledgement"


@pytest.mark.rule("HT-11")
def test_one_says_that_they_look_after_it_and_all_know(away: Cloud, ask: Ask, take: Take) -> None:
    done = ask_for(ask, "POST", ACKNOWLEDGE, person=TARO)
    assert (done.status, done.body["acknowledged_by"]) == (200, "太郎")
    (notice,) = away.published()
    assert isinstance(notice, Notice)
    assert not take(on_notice.handler, on_bus(notice))
    (mail,) = away.mails
    assert mail.to == "hanako@f.example"
    assert "太郎さんが確認しています" in mail.subject
    (shown,) = ask_for(ask, "GET", f"/homes/{HOME}/activity/notices", person=HANAKO).body["notices"]
    assert (shown["topic"], shown["over"], shown["told_me"]) == ("absence", None, True)
    assert shown["acknowledged_by"] == "太郎"
    assert datetime.fromisoformat(shown["acknowledged_at"]) == NOON


@pytest.mark.rule("HT-11")
def test_a_second_one_learns_who_was_first_and_nobody_is_mailed_again(
    away: Cloud, ask: Ask
) -> None:
    ask_for(ask, "POST", ACKNOWLEDGE, person=TARO)
    away.published()
    assert ask_for(ask, "POST", ACKNOWLEDGE, person=HANAKO).body["acknowledged_by"] == "太郎"
    assert away.published() == []


@pytest.mark.parametrize("path", ["absence/3", "stillness/4", "surprise/4", "absence/x"])
def test_what_nobody_was_told_cannot_be_looked_after(away: Cloud, ask: Ask, path: str) -> None:
    where = f"/homes/{HOME}/activity/notices/{path}/acknowledgement"
    assert ask_for(ask, "POST", where).status in (404, 422)
    assert away.published() == []
