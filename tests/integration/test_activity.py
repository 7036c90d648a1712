"""What a home's people see of its activity."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lambdas.ingest import activity_api, on_home
from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws import clients
from lambdas.shared.calendar import start_of
from tests.integration.conftest import HOME, OTHER_HOME, STRANGER, TARO, Ask, Cloud, Take
from tests.integration.lived import DAY, keep, life
from tests.integration.samples import MINUTE, NOON
from tests.integration.test_readings import EVERYTHING, gateway

TODAY = start_of(NOON.date())
FIRST = TODAY - timedelta(days=13)


_ROWS: list[dict[str, Any]] = []
"""What the table holds then: made once, since learning takes seconds."""


@pytest.fixture
def lived(cloud: Cloud, take: Take) -> Cloud:
    """Thirteen days and a morning of a life at home, the last night of which was looked at."""
    gateway(cloud)
    if not _ROWS:
        keep(FIRST, life(), hi=13 * DAY + 720)
        night = {"home": HOME, "at": (TODAY + timedelta(minutes=20)).isoformat()}
        assert not take(on_home.handler, night)
        _ROWS.extend(cloud.rows("readings"))
    with clients.table("readings").batch_writer() as batch:
        for row in _ROWS:
            batch.put_item(Item=row)
    return cloud


def get(ask: Ask, path: str = "", **more: Any) -> Any:
    more.setdefault("at", NOON)
    return ask(activity_api.handler, "GET", f"/homes/{HOME}/activity{path}", **more)


def total(spans: list[Any]) -> timedelta:
    return sum(
        (datetime.fromisoformat(s["until"]) - datetime.fromisoformat(s["since"]) for s in spans),
        timedelta(),
    )


@pytest.mark.rule("HT-08", "HT-10", "HT-90", "HT-57")
def test_a_home_at_a_glance(lived: Cloud, ask: Ask) -> None:
    shown = get(ask).body
    assert shown["state"] in ("home", "away", "sleep")
    assert shown["connected"] is True
    assert datetime.fromisoformat(shown["heard_at"]) == NOON - MINUTE
    assert datetime.fromisoformat(shown["today"][0]["since"]) == TODAY
    assert total(shown["today"]) == timedelta(hours=12)
    night = shown["night"]
    assert night["date"] == "2026-11-22"
    assert 4 * 60 < night["asleep_minutes"] < 11 * 60
    assert night["sd_minutes"] > 0
    assert "目安" in shown["estimate"]
    health = {one["name"]: (one["state"], one["battery_low"]) for one in shown["sensors"]}
    assert health == {
        "居間": ("connected", False),
        "トイレ": ("connected", False),
        "玄関": ("connected", True),
        "冷蔵庫": ("connected", False),
    }


@pytest.mark.rule("HT-07")
def test_a_home_that_was_not_heard_of_is_unknown_and_not_empty(lived: Cloud, ask: Ask) -> None:
    shown = get(ask, at=NOON + timedelta(minutes=40)).body
    assert (shown["state"], shown["connected"]) == ("unknown", False)
    assert datetime.fromisoformat(shown["since"]) == NOON - MINUTE
    assert shown["today"][-1]["state"] == "unknown"
    assert {one["state"] for one in shown["sensors"]} == {"silent"}


@pytest.mark.rule("HT-08", "HT-09", "HT-12")
def test_a_day_by_the_minute(lived: Cloud, ask: Ask) -> None:
    shown = get(ask, "/days/2026-11-21").body
    day = slice(12 * DAY, 13 * DAY)
    expected = sum(counts[day] for name, counts in life().items() if name != "玄関")
    assert shown["firings"] == expected.tolist()
    assert total(shown["spans"]) == timedelta(days=1)
    kinds = ("home_minutes", "asleep_minutes", "away_minutes", "unknown_minutes")
    assert sum(shown[kind] for kind in kinds) == DAY
    assert shown["activity"] > 0
    opened = life()["冷蔵庫"][day] > 0
    assert len(shown["fridge"]) == int((opened[1:] & ~opened[:-1]).sum() + opened[0])
    assert shown["night"]["visits"] is not None


def test_today_has_minutes_until_now(lived: Cloud, ask: Ask) -> None:
    assert len(get(ask, "/days/2026-11-22").body["firings"]) == 720


@pytest.mark.rule("HT-09", "HT-10")
def test_a_week_beside_the_one_before(lived: Cloud, ask: Ask) -> None:
    shown = get(ask, "/weeks/2026-11-21").body
    assert [day["date"] for day in shown["days"]] == [f"2026-11-{day}" for day in range(15, 22)]
    assert (shown["mean"]["days"], shown["before"]["days"]) == (7, 6)
    assert 4 * 60 < shown["mean"]["asleep_minutes"] < 11 * 60
    assert shown["mean"]["asleep_sd_minutes"] > 0
    assert all(day["visits"] is not None for day in shown["days"])


@pytest.mark.parametrize("path", ["", "/days/2026-11-21", "/weeks/2026-11-21"])
@pytest.mark.rule("A-27", "HT-45", "HT-19")
def test_only_people_of_the_home_see_it_and_only_while_the_service_runs(
    lived: Cloud, ask: Ask, path: str
) -> None:
    assert get(ask, path, person=TARO).status == 200
    assert get(ask, path, person=STRANGER).status == 404
    other = ask(activity_api.handler, "GET", f"/homes/{OTHER_HOME}/activity{path}", person=STRANGER)
    assert other.status == 403  # their own home has no such contract
    gateway(lived, ends=NOON - MINUTE)
    refused = get(ask, path)
    assert (refused.status, refused.body["rule"]) == (403, "HT-08")


@pytest.mark.rule("HT-10")
def test_sleep_is_shown_only_where_it_is_in_the_contract(lived: Cloud, ask: Ask) -> None:
    gateway(lived, *(one for one in EVERYTHING if one != "sleep"))
    glance, day, week = get(ask), get(ask, "/days/2026-11-21"), get(ask, "/weeks/2026-11-21")
    assert glance.body["night"] is None
    assert day.body["night"] is None
    assert day.body["asleep_minutes"] == 0
    assert week.body["mean"]["asleep_minutes"] is None
    for answer in (glance, day, week):
        assert '"sleep"' not in str(answer.body)
        assert "'sleep'" not in str(answer.body)


@pytest.mark.rule("HT-12", "HT-58")
def test_the_fridge_is_shown_only_while_it_is_linked(lived: Cloud, ask: Ask) -> None:
    gateway(lived, *(one for one in EVERYTHING if one != "fridge-link"))
    day = get(ask, "/days/2026-11-21").body
    assert day["fridge"] is None
    assert "冷蔵庫" not in str(day["sensors"]) + str(get(ask).body["sensors"])
    both = life()["居間"] + life()["トイレ"]
    assert day["firings"] == both[12 * DAY : 13 * DAY].tolist()


@pytest.mark.rule("HT-12", "HT-58")
def test_after_a_reset_what_the_fridge_told_before_is_shown_no_more(lived: Cloud, ask: Ask) -> None:
    gateway(lived)
    reset = f"/homes/{HOME}/activity/fridge/reset"
    assert get(ask, "/days/2026-11-21").body["fridge"] is not None
    assert ask(activity_api.handler, "POST", reset, person=TARO).status == 403
    assert ask(activity_api.handler, "POST", reset).status == 200
    assert get(ask, "/days/2026-11-21").body["fridge"] is None
    assert "冷蔵庫" not in str(get(ask).body["sensors"])
    both = life()["居間"] + life()["トイレ"]
    assert get(ask, "/days/2026-11-21").body["firings"] == both[12 * DAY : 13 * DAY].tolist()
    gateway(lived, *(one for one in EVERYTHING if one != "fridge-link"))
    refused = ask(activity_api.handler, "POST", reset)
    assert (refused.status, refused.body["rule"]) == (403, "HT-58")


def test_a_home_without_any_reading_is_unknown(cloud: Cloud, ask: Ask) -> None:
    gateway(cloud)
    glance = get(ask).body
    assert (glance["state"], glance["since"], glance["night"]) == ("unknown", None, None)
    assert get(ask, "/days/2026-11-21").body["unknown_minutes"] == DAY
    assert get(ask, "/weeks/2026-11-21").body["mean"]["days"] == 0


@pytest.mark.parametrize("day", ["2026-11-23", "1960-01-01", "yesterday"])
def test_a_day_that_cannot_be_is_refused(lived: Cloud, ask: Ask, day: str) -> None:
    assert get(ask, f"/days/{day}").status == 422
    assert get(ask, f"/weeks/{day}").status == 422


@pytest.mark.rule("HT-09", "HT-10", "HT-90")
def test_a_month_is_read_from_days_that_were_summed_up_in_their_nights(
    lived: Cloud, ask: Ask
) -> None:
    shown = get(ask, "/months/2026-11").body
    assert [one["date"] for one in shown["days"]] == ["2026-11-19", "2026-11-20", "2026-11-21"]
    day = get(ask, "/days/2026-11-20").body
    (summed,) = (one for one in shown["days"] if one["date"] == "2026-11-20")
    assert abs(summed["away_minutes"] - day["away_minutes"]) <= 60
    assert abs(summed["asleep_minutes"] - day["night"]["asleep_minutes"]) <= 60
    assert summed["activity"] == pytest.approx(day["activity"], abs=0.1)
    assert shown["mean"]["days"] == 3
    assert shown["before"]["days"] == 0
    assert shown["unusual"] is None
    assert "目安" in shown["estimate"]


@pytest.mark.rule("HT-10", "HT-90")
def test_what_is_unlike_the_usual_is_said_with_how_far_off_it_may_be(
    cloud: Cloud, ask: Ask
) -> None:
    gateway(cloud)
    spread = random.Random(3)
    days = [NOON.date() - timedelta(days=n) for n in range(45, 0, -1)]
    nights = [int(450 + spread.gauss(0, 25)) - (120 if n >= 42 else 0) for n in range(45)]
    rows = [summed(day, night) for day, night in zip(days, nights, strict=True)]
    ActivityStore("readings").keep_days(HOME, rows)
    shown = get(ask, "/months/2026-11").body["unusual"]
    assert shown["nights"] == 3
    assert shown["difference_minutes"] == pytest.approx(-120, abs=40)
    assert shown["usual_minutes"] == pytest.approx(450, abs=20)
    assert shown["sd_minutes"] > 0
    assert get(ask, "/months/2026-10").body["unusual"] is None


def summed(day: date, night: int) -> DayRow:
    return DayRow(
        date=day, home=900, asleep=night, away=60, unknown=0, present=1380, firings=900,
        passages=2, night=night, night_sd=35.0, night_known=1440, visits=1, fridge=None,
        longest_gap=0,
    )  # fmt: skip


@pytest.mark.parametrize("month", ["2026-13", "2026", "1969-12", "2026-12", "x"])
def test_a_month_that_is_none_or_has_not_begun_is_refused(
    lived: Cloud, ask: Ask, month: str
) -> None:
    assert get(ask, f"/months/{month}").status == 422


@pytest.mark.rule("A-27")
def test_a_month_shows_no_sleep_without_it_in_the_contract(lived: Cloud, ask: Ask) -> None:
    gateway(lived, "activity")
    shown = get(ask, "/months/2026-11").body
    assert {one["asleep_minutes"] for one in shown["days"]} == {None}
    assert shown["unusual"] is None
