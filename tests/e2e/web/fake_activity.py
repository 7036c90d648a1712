"""Activity of a home for looking at: two weeks that are always the same, shown by the API's own
models, so that the page is tested against what the API says."""

from datetime import date, datetime, timedelta
from typing import Any

from lambdas.ingest.activity.preferences import Preferences, SensorSite, carries_times
from lambdas.ingest.activity.views import (
    ESTIMATE,
    ActivityDay,
    ActivityMonth,
    ActivityNow,
    ActivitySpan,
    ActivityWeek,
    ActivityWeekDay,
    NightEstimate,
    NightVisit,
    SensorHealth,
    SleepChange,
    StateName,
    WeekMean,
)
from lambdas.ingest.notice_api import ActivityNotice, ActivityNotices, NoticePreferences
from lambdas.shared.calendar import JST, day_of, start_of

HABIT: list[tuple[int, StateName]] = [
    (390, "sleep"), (585, "home"), (740, "away"), (840, "home"), (850, "unknown"), (1335, "home"),
    (1440, "sleep"),
]  # fmt: skip
"""Until which minute of a day what goes on."""


def spans(day: date, until: int = 1440) -> list[ActivitySpan]:
    midnight, found, last = start_of(day), [], 0
    for end, state in HABIT:
        if last < until:
            since, over = midnight + timedelta(minutes=last), min(end, until)
            found.append(
                ActivitySpan(since=since, until=midnight + timedelta(minutes=over), state=state)
            )
        last = end
    return found


def total(some: list[ActivitySpan], state: StateName) -> int:
    return sum(
        int((one.until - one.since).total_seconds()) // 60 for one in some if one.state == state
    )


class FakeActivity:
    """What the page is told; a test changes it."""

    def __init__(self) -> None:
        self.connected = True
        self.changes: dict[str, Any] = {}
        self.preferences, self.site = Preferences(), SensorSite()
        self.rhythm = False
        self.notices: list[ActivityNotice] = []

    def told(
        self, method: str, what: str, rest: list[str], body: Any, who: str, now: datetime
    ) -> Any:
        """Preferences and notices, as lambdas/ingest/notice_api.py answers."""
        if method == "POST":
            by = {"acknowledged_by": who, "acknowledged_at": now}
            self.notices = [one.model_copy(update=by) for one in self.notices]
            return self.notices[0].model_dump(mode="json")
        if what == "notices":
            return ActivityNotices(home="", notices=self.notices).model_dump(mode="json")
        if method == "PUT" and what == "site":
            self.site = SensorSite.model_validate(body)
        elif method == "PUT":
            self.preferences = Preferences.model_validate(body)
        return NoticePreferences(
            preferences=self.preferences,
            site=self.site,
            rhythm=self.rhythm,
            carries_times=carries_times(self.site.line),
        ).model_dump(mode="json")

    def answer(self, home: str, path: list[str], now: datetime) -> Any:
        match path:
            case ["days", day]:
                shown: Any = self._day(home, date.fromisoformat(day), now)
            case ["months", month]:
                shown = self._month(home, date.fromisoformat(f"{month}-01"), now)
            case ["weeks", day]:
                shown = self._week(home, date.fromisoformat(day))
            case _:
                shown = self._now(home, now)
        return shown.model_dump(mode="json")

    def _now(self, home: str, now: datetime) -> ActivityNow:
        today = day_of(now)
        heard = now - (timedelta(minutes=2) if self.connected else timedelta(minutes=95))
        minute = now.astimezone(JST).hour * 60 + now.astimezone(JST).minute
        shown = ActivityNow(
            home=home,
            at=now,
            state="home" if self.connected else "unknown",
            since=start_of(today) + timedelta(minutes=740),
            connected=self.connected,
            heard_at=heard,
            today=spans(today, minute),
            night=self._night(today),
            sensors=[
                self._sensor("居間", "motion", heard, 85),
                self._sensor("お手洗い", "bath", heard, 9),
                self._sensor("玄関", "door", heard - timedelta(hours=3), 60, "unreachable"),
                self._sensor("冷蔵庫", "fridge", heard, None),
            ],
            estimate=ESTIMATE["ja"],
        )
        return shown.model_copy(update=self.changes)

    def _sensor(
        self, name: str, kind: str, heard: datetime, battery: int | None, state: Any = None
    ) -> SensorHealth:
        return SensorHealth(
            device="gw-1",
            name=name,
            kind=kind,
            state=state or ("connected" if self.connected else "silent"),
            heard_at=heard,
            battery=battery,
            battery_low=battery is not None and battery <= 15,
        )

    @staticmethod
    def _night(day: date) -> NightEstimate:
        midnight = start_of(day)
        return NightEstimate(
            date=day,
            asleep_minutes=441,
            sd_minutes=42,
            bed=midnight - timedelta(minutes=65),
            up=midnight + timedelta(minutes=390),
            visits=[
                NightVisit(since=midnight + timedelta(minutes=at), minutes=3) for at in (75, 252)
            ],
            known_minutes=1440,
        )

    def _day(self, home: str, day: date, now: datetime) -> ActivityDay:
        until = min(int((now - start_of(day)).total_seconds() // 60), 1440)
        some = spans(day, until)
        if day < date(2026, 11, 9):
            midnight = start_of(day)
            some = [
                ActivitySpan(since=midnight, until=midnight + timedelta(days=1), state="unknown")
            ]
        return ActivityDay(
            home=home,
            date=day,
            spans=some,
            firings=[0] * until,
            home_minutes=total(some, "home"),
            asleep_minutes=total(some, "sleep"),
            away_minutes=total(some, "away"),
            unknown_minutes=total(some, "unknown"),
            activity=0.42,
            night=self._night(day),
            fridge=[start_of(day) + timedelta(minutes=at) for at in (400, 710, 730)],
            sensors=[],
            estimate=ESTIMATE["ja"],
        )

    @staticmethod
    def _month(home: str, first: date, now: datetime) -> ActivityMonth:
        last = day_of(now)
        month = [first + timedelta(days=n) for n in range(31)]
        days = [
            ActivityWeekDay(
                date=day,
                home_minutes=800,
                away_minutes=30 * (day.day % 5),
                unknown_minutes=900 if day.day == 3 else 10,
                asleep_minutes=420 + 9 * (day.day % 7),
                asleep_sd_minutes=42,
                visits=day.day % 3,
                activity=0.4,
            )
            for day in month
            if day.month == first.month and day < last
        ]
        some = WeekMean(
            days=len(days), home_minutes=800, away_minutes=60, asleep_minutes=440,
            asleep_sd_minutes=9, activity=1.4,
        )  # fmt: skip
        return ActivityMonth(
            home=home,
            month=f"{first:%Y-%m}",
            days=days,
            mean=some,
            before=some.model_copy(update={"days": 30, "asleep_minutes": 446}),
            unusual=SleepChange(
                nights=3, usual_minutes=452, difference_minutes=-118, sd_minutes=31
            ),
            estimate=ESTIMATE["ja"],
        )

    @staticmethod
    def _week(home: str, last: date) -> ActivityWeek:
        days = [
            ActivityWeekDay(
                date=last - timedelta(days=6 - n),
                home_minutes=800,
                away_minutes=155 + 10 * n,
                unknown_minutes=900 if n == 2 else 10,
                asleep_minutes=430 + 7 * n,
                asleep_sd_minutes=42,
                visits=n % 3,
                activity=0.4,
            )
            for n in range(7)
        ]

        def mean(asleep: int) -> WeekMean:
            return WeekMean(days=6, home_minutes=800, away_minutes=180, asleep_minutes=asleep,
                            asleep_sd_minutes=17, activity=0.41)  # fmt: skip

        return ActivityWeek(
            home=home, days=days, mean=mean(450), before=mean(520), estimate=ESTIMATE["ja"]
        )
