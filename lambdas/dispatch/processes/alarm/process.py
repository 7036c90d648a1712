"""An alarm of a guarded home: the process of the cases AL-… (AL-01, AL-12 to AL-14, AL-19 to
AL-22, AL-54, A-09)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.process import EMERGENCY_TASKS, FLOW, Late
from lambdas.dispatch.assignment.process import WORDS as ASSIGNMENT_WORDS
from lambdas.dispatch.assignment.responder import Skill
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, TaskOverdue
from lambdas.dispatch.casework.flow import load as load_flow
from lambdas.dispatch.casework.process import Assignee, News, Overview, Standing
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.casework.words import COMMON
from lambdas.dispatch.casework.words import load as load_words
from lambdas.dispatch.processes.alarm import facts as f
from lambdas.dispatch.processes.alarm import tasks as t
from lambdas.dispatch.processes.alarm.state import MISTAKE, URGENCY, Alarm, AlarmResult
from lambdas.dispatch.processes.sites.process import OUTCOMES, TIMEOUTS, SiteVisitProcess
from lambdas.shared import tables
from lambdas.shared.events import (
    AlarmProgress,
    DispatchSettled,
    NoticeKind,
    Sentence,
)

HERE = Path(__file__).parent

NUMBERS: Mapping[str, str] = TypeAdapter(dict[str, str]).validate_python(
    tables.read(HERE / "numbers.yaml")
)
"""Where a mistake is told, by centre (AL-21)."""

NOTICES: Mapping[AlarmResult, NoticeKind] = {
    "nothing_wrong": NoticeKind("alarm.result"),
    "abnormal": NoticeKind("alarm.abnormal"),
    "not_reached": NoticeKind("alarm.result"),
    "emergency": NoticeKind("alarm.emergency"),
    "mistake": NoticeKind("alarm.mistake"),
    "informed": NoticeKind("alarm.informed"),
    "impossible": NoticeKind("alarm.impossible"),
}
"""Kind of notice by how it ended."""


# --- what has come of a step


def _gate(state: Alarm) -> str:
    if state.over:
        return "over"
    return "go" if state.sends else "tell_centre"


def _inform(state: Alarm) -> str | None:
    if state.over:
        return "over"
    if state.sends:
        return "go"
    return "informed" if state.informed else None


def _confirm(state: Alarm) -> str | None:
    settled = state.confirmed or state.result or state.silent
    return "done" if settled else None


def _contact(state: Alarm) -> str | None:
    return "done" if state.result or state.silent or state.next_contact is None else None


def _nobody_reached(state: Alarm) -> str | None:
    return "done" if state.led or state.result else None


def _authority(state: Alarm) -> str | None:
    return None if state.needs_authority else "done"


# --- time is up


def _not_informed(state: Alarm, said: dict[str, Any]) -> Late:
    return [TaskOverdue(**said, task="inform", rule="AL-03")], "again"


def _not_confirmed(state: Alarm, said: dict[str, Any]) -> Late:
    late = TaskOverdue(**said, task="confirm", rule="AL-19")
    return [late, f.Confirmed(**said, outcome="overdue")], ""


def _contact_not_called(state: Alarm, said: dict[str, Any]) -> Late:
    late = TaskOverdue(**said, task="contact", rule="AL-54")
    if state.next_contact is None:
        return [late], ""
    about = {"contact": len(state.contacts) + 1, "name": state.next_contact.name}
    return [late, f.ContactCalled(**said, **about, outcome="overdue")], ""


class AlarmProcess(SiteVisitProcess):
    """The process of the cases AL-…."""

    kind, prefix, slot, held = "alarm", "AL", "ALARM", False
    machine = "mimamori-alarm"
    in_emergency = NoticeKind("alarm.emergency_now")
    expected = NoticeKind("alarm.expected")
    needs: frozenset[Skill] = frozenset({"guard"})
    flow = load_flow(HERE / "flow.yaml", assignment=FLOW)
    facts: TypeAdapter[Any] = TypeAdapter(f.AlarmFact)
    answers: Mapping[str, type[Answer]] = t.ANSWERS
    words = load_words(COMMON, ASSIGNMENT_WORDS, HERE / "words.yaml")
    outcomes: Mapping[str, Callable[[Any], str | None]] = {
        **OUTCOMES,
        "gate": _gate,
        "inform": _inform,
        "confirm": _confirm,
        "contact": _contact,
        "nobody_reached": _nobody_reached,
        "authority": _authority,
    }
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
        **TIMEOUTS,
        "inform": _not_informed,
        "confirm": _not_confirmed,
        "contact": _contact_not_called,
    }

    def state(self, facts: Sequence[Fact]) -> Alarm:
        """What the facts of a case amount to."""
        return Alarm(facts)

    def beside(self, case: Case[Alarm]) -> Sequence[str]:
        """The home is called while somebody is looked for (AL-19); then the contacts in their order
        (AL-54), the leader when nobody was reached, and 110 or 119 where it may be needed (AL-01).
        Nobody is called where that would betray whoever entered the duress code."""
        state = case.state
        wanted = ["authority"] if state.needs_authority else []
        if state.result or state.silent or not state.sends:
            return wanted
        if state.confirmed is None:
            wanted.append("confirm")
        elif state.unanswered and state.next_contact:
            wanted.append("contact")
        elif state.unanswered and not state.reached:
            wanted.append("nobody_reached")
        return wanted

    def emergency_kind(self, case: Case[Alarm]) -> NoticeKind | None:
        """Nothing is mailed where somebody acts under duress: it could be read by who forces
        them."""
        return None if case.state.silent else super().emergency_kind(case)

    def emergency_tasks(self, case: Case[Alarm]) -> Sequence[str]:
        """Under duress nobody is phoned: a leader decides."""
        return ("emergency_lead",) if case.state.silent else super().emergency_tasks(case)

    def priority(self, task: str, case: Case[Alarm]) -> int:
        """Fire before gas, before a cry for help, before intrusion; what is only told comes after
        all of them."""
        if task in EMERGENCY_TASKS or case.state.result:
            return super().priority(task, case)
        return URGENCY[case.state.kind]

    def settled(self, task: Task, case: Case[Alarm]) -> str | None:
        """What has come of a task: each contact's call is one of its own."""
        if task.kind == "contact" and task.number <= len(case.state.contacts):
            return "done"
        return super().settled(task, case)

    def due(self, task: str, case: Case[Alarm], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        allowed = case.state.opened.escalation
        minutes = {
            "inform": allowed.inform_minutes,
            "confirm": allowed.confirm_minutes,
            "contact": allowed.contact_minutes,
            "nobody_reached": allowed.contact_minutes,
            "authority": allowed.authority_minutes,
        }
        if task in minutes:
            return now + timedelta(minutes=minutes[task])
        return super().due(task, case, now)

    def assignee(self, task: str, case: Case[Alarm]) -> Assignee:
        """Who is to do a task of this kind; each contact's call is a task of its own."""
        if task == "contact":
            return Assignee(len(case.state.contacts) + 1)
        return super().assignee(task, case)

    def on_answer(self, task: str, answer: Answer, case: Case[Alarm], actor: Actor) -> list[Fact]:
        """What an answer means. Who may call it a mistake is the service's to say."""
        state, said = case.state, actor._asdict()
        match answer:
            case t.ConfirmAnswer(outcome="mistake"):
                return [
                    f.Confirmed(**said, outcome="mistake", who=answer.who, said=answer.said),
                    *called_off(case, actor, answer.said),
                ]
            case t.ConfirmAnswer():
                about = answer.model_dump(exclude={"password"})
                return [f.Confirmed(**said, **about)]
            case t.ContactAnswer():
                assert state.next_contact
                about = {"contact": len(state.contacts) + 1, "name": state.next_contact.name}
                return [f.ContactCalled(**said, **about, **answer.model_dump())]
            case t.LeaderAnswer():
                return [f.LeaderActed(**said, said=answer.said)]
            case t.AuthorityAnswer():
                at = min(answer.called_at or actor.on, actor.on)
                called = {"outcome": answer.outcome, "called_at": at, "said": answer.said}
                return [f.AuthorityCalled(**said, **called)]
            case t.InformAnswer():
                return [f.CentreInformed(**said, said=answer.said)]
            case _:
                return super().on_answer(task, answer, case, actor)

    def news(self, task: Task, case: Case[Alarm]) -> Sequence[News]:
        """What whoever goes must hear: other signals, and what was said on the telephone."""
        if task.kind in ("chase", "find_help", "tell"):
            return ()
        found = list(super().news(task, case))
        for fact in case.facts:
            if isinstance(fact, f.SignalJoined):
                one = fact.signal
                words = f"{one.what.ja}の信号（{one.area_name} {one.sensor}）"
                found.append(News(fact.on, words))
            if isinstance(fact, f.PanelAnswered):
                news = f"コントローラーで解除されました（{fact.who} {fact.device}）"
                found.append(News(fact.on, news))
            if isinstance(fact, f.Confirmed) and fact.outcome in ("mistake", "abnormal"):
                words = "誤操作とのこと" if fact.outcome == "mistake" else "異常ありとのこと"
                found.append(News(fact.on, f"お宅への電話: {words} {fact.said}".strip()))
        return found

    def script_values(self, task: Task, case: Case[Alarm]) -> Mapping[str, object]:
        """The names that the scripts speak of."""
        state = case.state
        opened, last = state.opened, state.leading
        contact = (
            opened.file.contacts[task.number - 1 : task.number] if task.kind == "contact" else ()
        )
        return {
            **super().script_values(task, case),
            "contractor": opened.contractor,
            "home_name": opened.home_name,
            "target": opened.target,
            "file": opened.file,
            "number": NUMBERS.get(case.centre, ""),
            "alarm": last.what.ja,
            "alarm_kind": state.kind,
            "area": last.area_name,
            "sensor": last.sensor,
            "raised_at": state.signals[0].at,
            "signals": [{**one.model_dump(), "words": one.what.ja} for one in state.signals],
            "contact": next(iter(contact), None),
            "called": state.contacts,
            "silent": state.silent,
            "rescue": state.rescue,
            "said": self.words.results[state.result].ja if state.result else "",
            "corrected": bool(state.corrections),
            "found": state.report.note if state.report else "",
            "why": "",
        }

    def standing(self, case: Case[Alarm]) -> Standing | None:
        """How it ended, once that is known."""
        state = case.state
        if state.result is None:
            return None
        values: dict[str, str | int | Sentence] = {
            "result": self.words.results[state.result],
            "alarm": state.leading.what,
            "raised_at": state.signals[0].at.isoformat(),
        }
        if state.reported_by and state.report:
            values |= {
                "visited_at": state.reported_by.occurred.isoformat(),
                "note": state.report.note,
            }
        if state.given_up:
            values |= {"why": state.given_up.why, "went": "yes" if state.given_up.went else ""}
        kind = NOTICES[state.result]
        if state.corrections:
            kind = NoticeKind("alarm.corrected")
        return Standing(kind, "AL-14", values, state.corrections)

    def overview(self, case: Case[Alarm]) -> Overview:
        """What is shown of a case beside its timeline."""
        state = case.state
        return Overview(
            state.status,
            result=state.result,
            arrives_at=state.live.fact.arrives_at if state.live else None,
            responder=state.live.fact.name if state.live else None,
            images=state.reported_by.images if state.reported_by and not state.corrections else [],
        )

    def result(self, case: Case[Alarm]) -> str:
        """How it ended."""
        return str(case.state.result)

    def ended(self, case: Case[Alarm]) -> bool:
        """Whether it is known how it ends."""
        return case.state.result is not None


def called_off(case: Case[Alarm], actor: Actor, why: str) -> list[Fact]:
    """The facts of a mistake: nobody goes any more, and it costs nothing (AL-20). Empty when
    somebody is at the door already: they look, and report."""
    state = case.state
    if state.arrived or case.process.ended(case):
        return []
    said = actor._asdict()
    ended = [
        a.OfferEnded(**said, rule=MISTAKE, offer=offer.number, outcome="withdrawn")
        for offer in state.offers
        if offer.live
    ]
    return [*ended, a.Cancelled(**said, rule=MISTAKE, why=why)]


def settled(case: Case[Alarm]) -> DispatchSettled | None:
    """What billing learns of an alarm for which somebody was sent and that is over (AL-22)."""
    state = case.state
    if not (state.sends and state.settled):
        return None
    return DispatchSettled(
        contract=case.contract,
        case=case.number,
        cause="sensor",
        at=state.opened.on,
        called_off=not state.went,
        mistake=state.mistake is not None,
        edition=state.corrections,
        void=not (state.went or state.cancelled),
    )


def progress(case: Case[Alarm]) -> AlarmProgress:
    """Where the case stands, for whoever shows it to the family."""
    state = case.state
    return AlarmProgress(
        case=case.number,
        version=case.version,
        home=state.opened.home,
        area=state.opened.signal.area,
        signals=tuple(one.id for one in state.signals),
        open=case.open and state.closed is None,
        rescue=state.rescue,
        stage=state.status,
        result=state.result,
        at=case.last_at,
    )


ALARM = AlarmProcess()
