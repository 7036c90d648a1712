"""A family cannot reach the mother: consent first, then whoever can be there first goes and looks.

Scenario S-6 with a responder who does not answer, in four days of moved time.
"""

from datetime import datetime, timedelta
from typing import Any

from lambdas.dispatch.assignment.responders_view import ResponderView
from lambdas.dispatch.assignment.travel import GreatCircle, metres
from lambdas.dispatch.casework.place import Place
from lambdas.shared.calendar import in_japan
from local.cloud import LocalCloud
from local.homecheck import ABSENT, Family, Operator, Responder, north, responder
from local.stories.telling import Telling, quoted, stay, text

STEPS = {
    "registered": "花子 registers the one person to be looked after (DL-04, DL-07)",
    "refused": "a request before the consent is refused (DL-32)",
    "first_call": "nobody answers the first call; a second is to be made (DL-08, DL-09)",
    "consent": "トメ consents at the second call; the service begins at that instant (DL-10)",
    "consent_mail": "花子 has the mail (DL-11)",
    "earliest": "the one who can be there first is asked, not the nearest (DL-16)",
    "silent": "no answer within five minutes: the next one is asked",
    "accepted": "the second one goes",
    "visited": "looked from outside, nobody answered the door, a memo was left (DL-17, DL-19)",
    "mail": "花子 has the result by mail: presence, not safety (DL-20, DL-21)",
    "call": "花子 is phoned; only then the case is closed (DC-34)",
    "execution": "the workflow ended where its picture says",
    "nobody": "花子 asks again next day, and nobody can be sent: the case is on the waiting list",
    "waiting": "somebody comes on duty, and is given the case that waits",
    "emergency": "at the door somebody needs help: operator and leader act at once (DL-20)",
    "clock": "whoever leaves it is reminded three minutes later, while the responder stays",
    "contractor": "花子 is phoned, and has it by mail; the case ends as an emergency",
}
CONTRACTOR, OPERATOR = "kazuko@family.example", "operator@centre.example"
LEADER = "leader@centre.example"
HOME_PHONE, MOBILE = "03-0000-0000", "090-0000-0000"


def tell(cloud: LocalCloud, once: bool) -> bool:
    """Whether every step was observed."""
    story = _HomeCheck(cloud)
    try:
        story.consent()
        story.visit()
        story.waits()
        story.emergency()
    except (AssertionError, LookupError) as error:
        story.tell(f"{type(error).__name__}: {error}", "✗")
    well = story.ended_well()
    if not once:
        stay(cloud, f"{CONTRACTOR}  (contractor)  or  {OPERATOR}  (call centre)")
    return well


class _HomeCheck(Telling):
    """One story with its people."""

    def __init__(self, cloud: LocalCloud) -> None:
        super().__init__(STEPS)
        self._cloud = cloud
        self._go_to(_next_morning(cloud.now()))
        self._operator = Operator(cloud, OPERATOR)
        self._family = Family(cloud, CONTRACTOR)
        self._people: list[Responder] = []
        self._visit = ""

    def consent(self) -> None:
        """From the registration to the consent."""
        family, operator, day = self._family, self._operator, self._cloud.now()
        case = family.registers()
        first = operator.task("first_call", case)
        by = _clock(family.sees()["first_call_by"])
        self.observe("registered", f"{case}; 初回の電話の期限 {by}")
        early = operator.takes_request(family.home)
        (why,) = operator.case(early)["refusals"]
        operator.answers("refusal", early, "told")
        assert why["rule"] == "DL-32", why
        self.observe("refused", f"{early}\n{quoted(why['why'])}")

        self._go_to(_at(day, days=1, hour=11))
        self.tell(f"the operator's task 「{first['title']}」 says:\n{quoted(first['script'])}")
        operator.answers("first_call", case, "no_answer", number=HOME_PHONE)
        second = operator.task("second_call", case)
        window = f"{_clock(second['since'])} から {_clock(second['due'])} まで"
        self.observe("first_call", f"2回目の電話は {window}")

        self._go_to(_at(day, days=3, hour=11, minute=20))
        operator.answers(
            "second_call", case, "granted", number=HOME_PHONE, said="はい、お願いします。"
        )
        assert family.sees()["state"] == "granted"
        self.observe("consent", f"{_clock(operator.case(case)['timeline'][-2]['at'])} 承諾")
        self._mail("consent_mail", "在宅確認登録完了のお知らせ")

    def visit(self) -> None:
        """From the request to the report."""
        family, operator, cloud = self._family, self._operator, self._cloud
        self._go_to(_at(cloud.now(), days=0, hour=19))
        near, soon, far = self._on_duty(family.place)
        self.tell("花子 phones the call centre: トメ does not answer the telephone")
        visit = operator.takes_request(family.home)
        asked = operator.case(visit)
        expected = self._candidates(family.place)
        assert asked["responder"] == expected == "遠山", asked["responder"]
        self.observe(
            "earliest", f"{asked['responder']}さん, 到着の見込み {_clock(asked['arrives_at'])}"
        )
        self.tell(f"the phone of 遠山さん says:\n{quoted(soon.task('offer', visit)['script'])}")

        cloud.advance("6m")
        assert soon.tasks() == []
        assert near.tasks() == []
        script = far.task("offer", visit)
        self.observe("silent", f"{script['id']} is {operator.case(visit)['responder']}さん's")
        far.answers("offer", visit, "accepted")
        self.observe("accepted", f"到着の見込み {_clock(family.sees(visit)['arrives_at'])}")
        cloud.advance("36m")
        far.arrives(visit)
        far.answers("visit", visit, "reported", report=ABSENT)
        checks = operator.case(visit)["checks"]
        self.observe("visited", "、".join(f"{what}: {seen}" for what, seen in checks.items()))
        self._mail("mail", "ご在宅を確認できませんでした")
        told = operator.task("tell", visit)
        assert operator.case(visit)["open"]
        operator.answers("tell", visit, "told", number=MOBILE)
        ended = operator.case(visit)
        assert (ended["state"], ended["result"]) == ("closed", "absent"), ended["state"]
        self.observe("call", f"the operator said:\n{quoted(told['script'])}")
        self._timeline(ended)
        self._execution(ended)

    def waits(self) -> None:
        """Nobody is free; then somebody comes on duty."""
        operator, family = self._operator, self._family
        for one in self._people:
            one.page.send("PUT", "/dispatch/me/duty", {"on_duty": False})
        self._go_to(_at(self._cloud.now(), days=1, hour=9))
        self._visit = operator.takes_request(family.home)
        waiting = operator.case(self._visit)
        assert waiting["state"] == "nobody", waiting["state"]
        self.observe("nobody", quoted(operator.task("find_help", self._visit)["script"]))
        self._cloud.advance("4m")
        self._comes = self._people[1]
        self._comes.begins_duty(north(family.place, 2))
        offer = self._comes.task("offer", self._visit)
        self.observe("waiting", f"{offer['id']}\n{quoted(offer['script'])}")

    def emergency(self) -> None:
        """Somebody has fallen; who is there stays."""
        operator, goes, visit = self._operator, self._comes, self._visit
        goes.answers("offer", visit, "accepted")
        self._cloud.advance("8m")
        goes.arrives(visit)
        goes.in_need(visit, "倒れている人が窓から見えます")
        script = operator.task("emergency", visit)["script"]
        self.observe("emergency", f"the operator's task says:\n{quoted(script)}")
        before = operator.case(visit)["timeline"]
        self._cloud.advance("3m")
        late = operator.case(visit)["timeline"][len(before) :]
        assert [one["event"] for one in late] == ["task_overdue"] * 2, late
        self.observe("clock", f"{_clock(late[0]['at'])} {late[0]['what']}")
        self._mail("contractor", "【緊急】")
        operator.answers("emergency", visit, "told", number=MOBILE)
        leader = Operator(self._cloud, LEADER, group="admin")
        leader.answers("emergency_lead", visit, "done", said="救急隊に引き継ぎました。")
        goes.answers("visit", visit, "cannot", why="救急隊に引き継ぎました。")
        operator.answers("tell", visit, "told", number=MOBILE)
        ended = operator.case(visit)
        assert (ended["state"], ended["result"]) == ("closed", "emergency"), ended["result"]
        self.observe("contractor", str(ended["said"]))
        self._timeline(ended)

    # --- what is shown

    def _on_duty(self, home: Place) -> tuple[Responder, Responder, Responder]:
        """Three responders: near but busy, further away but free, furthest."""
        busy = self._cloud.now() + timedelta(minutes=40)
        who = [("近藤", 3, busy), ("遠山", 7, None), ("中村", 12, None)]
        made = []
        for name, km, until in who:
            one = responder(self._operator, name, north(home, km))
            one.begins_duty(north(home, km), until)
            made.append(one)
        self._people = made
        return made[0], made[1], made[2]

    def _candidates(self, home: Place) -> str:
        """Everybody on duty, by when they would be there; who is first."""
        known = [ResponderView(**row) for row in self._operator.page.get("/dispatch/responders")]
        rows = [row for row in known if row.on_duty]
        now, travel = self._cloud.now(), GreatCircle()
        ways = travel.seconds([row.place for row in rows], home, now)
        arrivals = sorted(
            (max(now, row.busy_until or now) + timedelta(seconds=way), row.name, way, row)
            for row, way in zip(rows, ways, strict=True)
        )
        lines = [
            f"{name}さん  {metres(row.place, home) / 1000:4.1f} km"
            f"  移動 {way / 60:3.0f}分  到着 {_clock(at.isoformat())}"
            + (f"  （{_clock(row.busy_until.isoformat())}まで対応中）" if row.busy_until else "")
            for at, name, way, row in arrivals
        ]
        self.tell("who is on duty, by earliest arrival:\n" + quoted("\n".join(lines)))
        return arrivals[0][1]

    def _mail(self, step: str, subject: str) -> None:
        self._cloud.settle()
        mail = self._cloud.mails(CONTRACTOR)[-1]
        assert subject in mail["Subject"], mail["Subject"]
        self.observe(step, f"{mail['Subject']}\n{quoted(text(mail))}")

    def _timeline(self, case: dict[str, Any]) -> None:
        lines = [
            f"{_clock(moment['at'])}  {moment['rule']:6} {moment['what']}"
            for moment in case["timeline"]
        ]
        self.tell(f"the timeline of {case['case']}:\n" + quoted("\n".join(lines)))

    def _execution(self, case: dict[str, Any]) -> None:
        """Which states the workflow went through, as the console shows them."""
        states = self._cloud.client("stepfunctions")
        arn = case["execution"]
        history = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        entered = [
            event["stateEnteredEventDetails"]["name"]
            for event in history
            if "stateEnteredEventDetails" in event
        ]
        self.tell("what the workflow went through:\n" + quoted("\n".join(entered)))
        status = states.describe_execution(executionArn=arn)["status"]
        assert (status, entered[-1]) == ("SUCCEEDED", "在宅を確認できず"), (status, entered[-1])
        self.observe("execution", f"{arn}\n{quoted(case['console'])}")

    def _go_to(self, moment: datetime) -> None:
        """Let time go by; nobody waits."""
        fired = self._cloud.advance(moment.isoformat())["fired"]
        audits = sum("Audit" in one["name"] for one in fired)
        looked = f"; the audit looked {audits} times for stuck cases" if audits else ""
        self.tell(f"… it is {_clock(self._cloud.now().isoformat())}{looked}")


def _next_morning(now: datetime) -> datetime:
    return _at(now, days=1, hour=10)


def _at(day: datetime, *, days: int, hour: int, minute: int = 0) -> datetime:
    """A time of day in Japan, so many days later."""
    moment = in_japan(day) + timedelta(days=days)
    return moment.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _clock(moment: str) -> str:
    here = in_japan(datetime.fromisoformat(moment))
    return f"{here.month}月{here.day}日 {here:%H:%M}"
