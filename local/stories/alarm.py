"""A guarded home raises alarms: S-7 on this machine, from the sensor to the invoice's zero.

A mistake said at the call; a burglar at three and nobody answers; a fire in セルフ, told by
telephone; a controller that is smashed.
"""

from datetime import datetime, timedelta
from typing import Any

from lambdas.shared.calendar import in_japan
from local.cloud import LocalCloud
from local.guarded import (
    PASSWORD,
    ControllerDouble,
    GuardedFamily,
    alarm_case,
    guard,
    install,
)
from local.homecheck import Operator, north
from local.stories.telling import Telling, quoted, stay, text
from local.telephone import PluggedIn

STEPS = {
    "armed": "父 arms 外出ALSOK警備 at the keypad; the family has it by mail at once (AL-49)",
    "raised": "a window opens: the home is called and a guard is asked at the same moment (AL-19)",
    "mistake": "花子 says within the call that it was a mistake: nobody goes, 0 yen (AL-20)",
    "burglar": "at three in the morning a window breaks; nobody answers the call",
    "contacts": "the contacts are called in their order beside the drive, then the leader (AL-54)",
    "guard": "the guard who is there first reports; 110 is called (AL-01, AL-12, AL-14)",
    "told": "花子 has the result by mail and by telephone; the case is closed",
    "self": "smoke while away in セルフ: no case, the telephone rings (AL-16, AL-25)",
    "key": "the first does not answer; the second presses 1, and nobody else is called",
    "smashed": "somebody comes in and smashes the controller: no disarm comes, it is an alarm",
    "page": "花子 disarms on the page; who, when and with what is told (AL-46, AL-49)",
}
CONTRACTOR, OPERATOR, LEADER = (
    "hanako-security@family.example",
    "guard-operator@centre.example",
    "guard-leader@centre.example",
)


def tell(cloud: LocalCloud, once: bool) -> bool:
    """Whether every step was observed."""
    story = _Alarm(cloud)
    try:
        story.mistake()
        story.burglar()
        story.in_self_mode()
        story.smashed()
    except (AssertionError, LookupError, TimeoutError) as error:
        story.tell(f"{type(error).__name__}: {error}", "✗")
    well = story.ended_well()
    if not once:
        stay(cloud, f"{CONTRACTOR}  (contractor)  or  {OPERATOR}  (guard centre)")
    return well


class _Alarm(Telling):
    """One story with its people."""

    def __init__(self, cloud: LocalCloud) -> None:
        super().__init__(STEPS)
        self._cloud = cloud
        self._go_to(_next_morning(cloud.now()))
        self._operator = Operator(cloud, OPERATOR)
        self._family = GuardedFamily(cloud, CONTRACTOR)
        self._telephone = PluggedIn(cloud)
        install(self._operator, self._family)
        self._family.registers()
        self._guard = guard(cloud, self._operator, "高橋 誠", north(self._family.place, 3))
        self._controller = ControllerDouble(self._family)
        self._controller.installed()

    def mistake(self) -> None:
        """The sensor, the call, a mistake."""
        self._controller.arms()
        self.observe("armed", quoted(self._family.mails()[-1].splitlines()[2]))
        self._controller.sense("window")
        case = alarm_case(self._family)
        tasks = sorted(one["kind"] for one in self._operator.tasks(case))
        offered = [one["kind"] for one in self._guard.tasks(case)]
        assert (tasks, offered) == (["confirm"], ["offer"]), (tasks, offered)
        script = self._operator.task("confirm", case)["script"]
        self.observe("raised", f"{case}\n{quoted(script)}")
        self._controller.sense("window", active=False)
        self._controller.disarms()
        self._operator.answers("confirm", case, "mistake", password=PASSWORD)
        assert self._guard.me()["case"] is None
        ended = self._operator.case(case)
        assert (ended["result"], ended["state"]) == ("mistake", "closed"), ended["result"]
        self.observe("mistake", self._mail("取り消しました"))

    def burglar(self) -> None:
        """Nobody answers; a guard goes."""
        known = len(self._family.sees()["cases"])
        self._controller.arms()
        self._go_to(_at(self._cloud.now(), days=1, hour=3))
        self._guard.begins_duty(north(self._family.place, 3))
        self._controller.sense("window")
        case = alarm_case(self._family, known)
        self._guard.answers("offer", case, "accepted")
        self._operator.answers("confirm", case, "no_answer")
        self.observe("burglar", case)
        for _ in range(2):
            self._operator.answers("contact", case, "no_answer")
        leader = Operator(self._cloud, LEADER, group="admin")
        lead = leader.task("nobody_reached", case)
        leader.answers("nobody_reached", case, "done", said="担当者の到着を待ちます。")
        self.observe("contacts", quoted(lead["script"]))
        self._cloud.advance("6m")
        self._guard.arrives(case)
        report = {"outcome": "abnormal", "note": "居間の窓が割れています。人影はありません。"}
        self._guard.answers("visit", case, "reported", report=report)
        self._operator.answers("authority", case, "called_110", said="警察が向かっています。")
        self.observe("guard", report["note"])
        self._operator.answers("tell", case, "told", number="090-0000-0001")
        ended = self._operator.case(case)
        assert (ended["result"], ended["state"]) == ("abnormal", "closed"), ended["result"]
        self.observe("told", self._mail("異常を見つけました"))
        self._timeline(ended)

    def in_self_mode(self) -> None:
        """Smoke, and the telephone."""
        known = len(self._family.sees()["cases"])
        self._controller.sense("window", active=False)
        self._controller.disarms()
        self._controller.arms("away", "self")
        phone = self._telephone.telephone
        phone.people = {"+819000000001": None, "+819000000002": ["1"]}
        self._controller.sense("smoke")
        self._cloud.advance("2s")
        assert len(self._family.sees()["cases"]) == known
        self.observe("self", f"{phone.calls[0].number} rings")
        self._cloud.advance("3m")
        assert len(phone.calls) == 2, [one.number for one in phone.calls]
        self.observe("key", f"{phone.calls[1].number}\n{quoted(phone.calls[1].said[0])}")
        self._controller.sense("smoke", active=False)
        self._controller.disarms()

    def smashed(self) -> None:
        """The entry time, and silence."""
        known = len(self._family.sees()["cases"])
        self._controller.arms()
        self._controller.sense("front")
        self._cloud.advance("40s")
        assert len(self._family.sees()["cases"]) == known
        self._cloud.advance("30s")
        case = alarm_case(self._family, known)
        self.observe("smashed", case)
        self._operator.answers("confirm", case, "mistake", who="佐藤 太郎")
        self._controller.sense("front", active=False)
        self._controller.disarms()
        self._controller.arms()
        self._family.page.send("POST", f"{self._family.path}/operations", {"action": "disarm"})
        self._controller.hears()
        area = self._family.sees()["areas"][0]
        assert (area["state"], area["who"]) == ("disarmed", "佐藤 花子"), area
        self.observe("page", quoted(self._family.mails()[-1].splitlines()[2]))

    # --- what is shown

    def _mail(self, subject: str) -> str:
        self._cloud.settle()
        found = [m for m in self._cloud.mails(CONTRACTOR) if subject in m["Subject"]]
        assert found, self._family.subjects()
        return f"{found[-1]['Subject']}\n{quoted(text(found[-1]))}"

    def _timeline(self, case: dict[str, Any]) -> None:
        lines = [
            f"{_clock(moment['at'])}  {moment['rule']:6} {moment['what']}"
            for moment in case["timeline"]
        ]
        self.tell(f"the timeline of {case['case']}:\n" + quoted("\n".join(lines)))

    def _go_to(self, moment: datetime) -> None:
        self._cloud.advance(moment.isoformat())
        self.tell(f"… it is {_clock(self._cloud.now().isoformat())}")


def _next_morning(now: datetime) -> datetime:
    return _at(now, days=1, hour=10)


def _at(day: datetime, *, days: int, hour: int) -> datetime:
    """A time of day in Japan, so many days later."""
    moment = in_japan(day) + timedelta(days=days)
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def _clock(moment: str) -> str:
    here = in_japan(datetime.fromisoformat(moment))
    return f"{here.month}月{here.day}日 {here:%H:%M:%S}"
