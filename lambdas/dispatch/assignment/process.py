"""The steps of every process in which somebody is sent: choose, offer, find help, visit, chase.

What each comes to, when each is due, and what answers and silence mean. The rest of a process is
its own (``processes/<name>/process.py``).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment import tasks as t
from lambdas.dispatch.assignment.responder import Skill
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, TaskOverdue, by_workflow, event_of
from lambdas.dispatch.casework.flow import Flow
from lambdas.dispatch.casework.process import Assignee, News, Party
from lambdas.dispatch.casework.task import ORDINARY, Answer, Task, person
from lambdas.dispatch.casework.words import Words
from lambdas.shared.calendar import in_japan
from lambdas.shared.centres import LEADERS
from lambdas.shared.events import NoticeKind, Sentence

FLOW = Path(__file__).parent / "flow.yaml"
WORDS = Path(__file__).parent / "words.yaml"

EMERGENCY_TASKS = ("emergency", "emergency_lead")
URGENT = 1
"""The priority of what somebody needs help for; 0 is left for fires."""

NOT_FOUND = "手配できる担当者が見つかりませんでした。"
NO_REPORT = "担当者からの報告が届きませんでした。"

REMIND_AT_MOST = 60
"""Minutes after which staff is told again, at the latest, that nobody phoned who is on the way."""

Late = tuple[list[Fact], str]
"""What it means that a task was not done in time: the facts, and the step's outcome."""


# --- what has come of a step


def _choose(state: Assignment) -> str | None:
    if state.over:
        return "over"
    if state.given_up or state.reported or state.live:
        return "found"
    return "none" if state.round in state.nobody_in else None


def _offer(state: Assignment) -> str | None:
    if state.over:
        return "over"
    if state.going or state.reported or state.given_up:
        return "accepted"
    return None if state.open_offer else "declined"


def _find_help(state: Assignment) -> str | None:
    if state.over:
        return "over"
    if state.given_up:
        return "give_up"
    if state.going or state.reported:
        return "assigned"
    return None if state.round in state.nobody_in else "retry"


def _visit(state: Assignment) -> str | None:
    if state.over:
        return "over"
    if state.reported:
        return "reported"
    if state.given_up:
        return "give_up"
    return None if state.going else "cannot"


def _chase(state: Assignment) -> str | None:
    if state.over:
        return "over"
    if state.going:
        number = state.going.number
        granted = len(state.extended.get(number, ()))
        return "wait" if granted >= state.overdue_visits.get(number, 0) else None
    if state.reported:
        return "reported"
    return "give_up" if state.given_up else "reassign"


def _recall(state: Assignment) -> str | None:
    return "done" if state.recalled or state.going is None or state.over else None


def _called_off(state: Assignment) -> str:
    return "turn_back" if state.to_turn_back else "nobody"


def _turn_back(state: Assignment) -> str | None:
    if state.to_turn_back:
        return None
    return "too_late" if state.too_late else "turned_back"


def _emergency(state: Assignment) -> str | None:
    return "told" if state.emergencies_told == len(state.emergencies) else None


def _emergency_lead(state: Assignment) -> str | None:
    return "done" if state.emergencies_led == len(state.emergencies) else None


OUTCOMES: Mapping[str, Callable[[Any], str | None]] = {
    "choose": _choose,
    "offer": _offer,
    "find_help": _find_help,
    "visit": _visit,
    "chase": _chase,
    "recall": _recall,
    "called_off": _called_off,
    "turn_back": _turn_back,
    "emergency": _emergency,
    "emergency_lead": _emergency_lead,
}
"""By step; the key to the flow's table."""


# --- time is up


def _silent(state: Assignment, said: dict[str, Any]) -> Late:
    assert state.open_offer
    ended = f.OfferEnded(**said, offer=state.open_offer.number, outcome="silent")
    return [ended], "declined"


def _no_help(state: Assignment, said: dict[str, Any]) -> Late:
    if state.round not in state.help_overdue:
        return [f.HelpOverdue(**said, round=state.round)], "again"
    if len(state.help_overdue) < state.escalation.max_rounds or _waits_on(state, said["on"]):
        return [f.RoundBegun(**said, round=state.round + 1)], "retry"
    late = TaskOverdue(**said, task="find_help", rule="DL-16")
    return [late, f.GivenUp(**said, why=NOT_FOUND)], "give_up"


def _waits_on(state: Assignment, now: datetime) -> bool:
    """Whether a case waits although nobody is at the desk: somebody will be free some time."""
    longest = timedelta(minutes=state.escalation.max_wait_minutes)
    occupied = state.nobody_in[state.round].occupied
    return occupied and state.waits_since is not None and now < state.waits_since + longest


def _no_report(state: Assignment, said: dict[str, Any]) -> Late:
    assert state.going
    number = state.going.number
    if state.overdue_visits.get(number, 0) > len(state.extended.get(number, ())):
        return [], "late"  # a workflow begun anew: it was recorded, and nobody has asked yet
    return [f.VisitOverdue(**said, offer=number)], "late"


def _not_chased(state: Assignment, said: dict[str, Any]) -> Late:
    """Nobody asked where the responder is: they keep the visit a while, not for ever."""
    assert state.going
    number = state.going.number
    late = TaskOverdue(**said, task="chase", rule="DL-20")
    asked = len(state.extended.get(number, ()))
    if asked >= state.escalation.max_rounds and not state.emergencies:  # who is there stays
        ended = f.OfferEnded(**said, offer=number, outcome="withdrawn", why=NO_REPORT)
        return [late, ended, f.GivenUp(**said, why=NO_REPORT, went=True)], "give_up"
    return [
        late,
        f.WaitLonger(**said, offer=number, minutes=state.escalation.visit_minutes),
    ], "wait"


def _not_turned_back(state: Assignment, said: dict[str, Any]) -> Late:
    assert state.cancelled
    return [TaskOverdue(**said, task="turn_back", rule=state.cancelled.rule)], "again"


TIMEOUTS: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
    "offer": _silent,
    "find_help": _no_help,
    "visit": _no_report,
    "chase": _not_chased,
    "turn_back": _not_turned_back,
}


class AssignmentProcess:
    """The half of a process that sends somebody. A process adds its own half to each method."""

    sends = True
    needs: frozenset[Skill] = frozenset()
    """What whoever goes must be qualified for (AL-13)."""
    words: Words
    flow: Flow
    in_emergency: NoticeKind
    """What the contractor is mailed at once when somebody needs help."""
    expected: NoticeKind
    """What the contractor is mailed when somebody comes late."""
    outcomes: Mapping[str, Callable[[Any], str | None]] = OUTCOMES
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = TIMEOUTS

    def claims(self, first: Any) -> Collection[str]:
        """Nothing beside the contract's slot."""
        return ()

    def parties(self, case: Case[Any]) -> Sequence[Party]:
        """The contract that it belongs to."""
        return [Party(case.contract, case.first.home)]

    def news(self, task: Task, case: Case[Any]) -> Sequence[News]:
        """What somebody saw there whose visit it was before; and for who was to go, that it is
        called off."""
        state: Assignment = case.state
        found = [News(one.on, self._seen_by(one, state)) for one in state.aside]
        if task.kind in ("offer", "visit"):
            found = [one for one in found if task.status == "open"]
            if state.cancelled and task.status != "answered":
                why = f"中止になりました。{state.cancelled.why}"
                found.append(News(state.cancelled.on, why))
        return sorted(found)

    def _seen_by(self, seen: f.Reported, state: Assignment) -> str:
        """What somebody saw, and when, in words for who goes and for the desk."""
        who, report = state.offer(seen.offer).fact.name, getattr(seen, "report", None)
        outcome = getattr(report, "came_to", None) or getattr(report, "outcome", "")
        said = self.words.results.get(str(outcome))
        parts = [said.ja if said else "", getattr(report, "note", "")]
        at = in_japan(seen.occurred)
        return f"{who}さんからも報告がありました（{at:%H:%M}）: {''.join(parts)}"

    def emergency_kind(self, case: Case[Any]) -> NoticeKind | None:
        """What the contractor is mailed at once when somebody needs help; None: nothing."""
        return self.in_emergency

    def emergency_tasks(self, case: Case[Any]) -> Sequence[str]:
        """What is to be done at once when somebody needs help: by an operator, and by a leader."""
        return EMERGENCY_TASKS

    def beside(self, case: Case[Any]) -> Sequence[str]:
        """Nothing: what is to be done beside is asked for when it comes up."""
        return ()

    def priority(self, task: str, case: Case[Any]) -> int:
        """What somebody needs help for before all else."""
        return URGENT if task in EMERGENCY_TASKS else ORDINARY

    def outcome(self, step: str, case: Case[Any]) -> str | None:
        """What a step has come to; None while somebody is still to do it."""
        return self.outcomes[step](case.state)

    def on_timeout(self, task: str, case: Case[Any], now: datetime) -> Late:
        """What it means that a task was not done in its time."""
        if late := self.timeouts.get(task):
            return late(case.state, by_workflow(now))
        return [TaskOverdue(**by_workflow(now), rule=self.flow.tasks[task].rule, task=task)], ""

    def settled(self, task: Task, case: Case[Any]) -> str | None:
        """What has come of the step that it was given out for."""
        return self.outcome(task.kind, case)

    def due(self, task: str, case: Case[Any], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        state: Assignment = case.state
        allowed = state.escalation
        if task == "offer" and state.open_offer:
            return state.open_offer.fact.on + timedelta(minutes=allowed.ack_minutes)
        if task == "visit" and state.going:
            return state.report_due(state.going)
        minutes = {
            "find_help": allowed.help_minutes,
            "chase": allowed.chase_minutes,
            "recall": allowed.turn_back_minutes,
            "turn_back": min(
                allowed.turn_back_minutes * 2**state.turn_backs_overdue, REMIND_AT_MOST
            ),
            "emergency": allowed.emergency_minutes,
            "emergency_lead": allowed.emergency_minutes,
        }
        return now + timedelta(minutes=minutes.get(task, 1))

    def assignee(self, task: str, case: Case[Any]) -> Assignee:
        """Who is to do a task of this kind."""
        state: Assignment = case.state
        offer = {"offer": state.open_offer, "visit": state.going}.get(task)
        if offer:
            return Assignee(offer.number, person(offer.responder))
        if task == "find_help":
            # Whom an operator found may break off: then it is asked again, in the same round.
            number = state.round + sum(offer.fact.by_hand for offer in state.offers)
            return Assignee(number, LEADERS if state.round in state.help_overdue else "")
        if task in ("emergency", "emergency_lead"):
            return Assignee(len(state.emergencies))
        if task == "chase":
            return Assignee(sum(state.overdue_visits.values()))
        return Assignee()

    def on_answer(self, task: str, answer: Answer, case: Case[Any], actor: Actor) -> list[Fact]:
        """What an answer means. Whom an operator found by hand is the service's to add: they must
        be engaged. TypeError for an answer that is not an assignment's."""
        state: Assignment = case.state
        said = actor._asdict()
        match answer:
            case t.OfferAnswer():
                assert state.open_offer
                number = state.open_offer.number
                if answer.outcome == "accepted":
                    return [f.Accepted(**said, offer=number)]
                return [f.OfferEnded(**said, offer=number, outcome="declined", why=answer.why)]
            case t.HelpAnswer(outcome="retry"):
                return [f.RoundBegun(**said, round=state.round + 1, why=answer.why)]
            case t.HelpAnswer(outcome="give_up") | t.ChaseAnswer(outcome="give_up"):
                return [*_ended(state, said, answer.why), _given_up(state, said, answer.why)]
            case t.HelpAnswer():
                return []
            case t.ChaseAnswer(outcome="wait"):
                assert state.going
                number = state.going.number
                return [f.WaitLonger(**said, offer=number, minutes=answer.minutes, why=answer.why)]
            case t.ChaseAnswer():
                return _ended(state, said, answer.why)
            case t.RecallAnswer() if state.cancelled:
                return [f.Recalled(**said, rule=state.cancelled.rule, **answer.model_dump())]
            case t.EmergencyAnswer():
                return [f.EmergencyTold(**said, **answer.model_dump())]
            case t.LeadAnswer():
                return [f.EmergencyLed(**said, said=answer.said)]
            case _:
                raise TypeError(f"no facts for {type(answer).__name__}")

    def in_words(self, fact: Fact) -> Sentence:
        """What happened."""
        if isinstance(fact, f.Reported) and fact.aside:
            return self.words.facts["reported_aside"]
        if isinstance(fact, f.GivenUp) and fact.went:
            return self.words.facts["given_up_there"]
        return self.words.facts[event_of(fact)]

    def reopens(self, facts: Sequence[Fact]) -> bool:
        """What was found is told, whenever it comes; so is what is true instead."""
        found = (one for one in facts if isinstance(one, f.Reported) and not one.aside)
        return any(found) or any(event_of(one) == "corrected" for one in facts)

    def report_of(self, answer: Answer, offer: int, actor: Actor, case: Case[Any]) -> Any:
        """The fact that an answer to a visit reports; None: it reports nothing."""
        return None

    def late_report(
        self, task: Task, answer: Answer, case: Case[Any], actor: Actor
    ) -> list[Fact] | None:
        """The facts of a report by somebody whose visit waits for them no more: nothing that was
        seen at a door is lost. Said again, none. None: it is no such report, or they reported
        already."""
        fact = self.report_of(answer, task.number, actor, case) if task.kind == "visit" else None
        if fact is None:
            return None
        state: Assignment = case.state
        known = [one for one in case.facts if isinstance(one, f.Reported)]
        if any(_same(one, fact) for one in known):
            return []
        if state.offer(task.number).state == "done":
            return None
        aside = state.stands_aside(task.number)
        images = [f"{one}@{task.number}" if aside else one for one in fact.images]
        return [fact.model_copy(update={"aside": aside, "images": tuple(images)})]

    def script_values(self, task: Task, case: Case[Any]) -> Mapping[str, object]:
        """The names that the scripts of an assignment speak of."""
        state: Assignment = case.state
        offer = state.going or state.to_turn_back
        if task.kind in ("offer", "visit"):
            offer = state.offer(task.number)
        return {
            "escalation": state.escalation,
            "round": state.round,
            "nobody": state.nobody_in.get(state.round),
            "arrives_at": offer.fact.arrives_at if offer else case.opened_at,
            "after": offer.fact.after if offer else "",
            "responder": offer.fact.name if offer else "",
            "emergency": state.emergencies[-1] if state.emergencies else None,
            "contractors": (),
            "called_off": state.cancelled.why if state.cancelled else "",
        }


def _ended(state: Assignment, said: dict[str, Any], why: str) -> list[Fact]:
    if state.going is None:
        return []
    return [f.OfferEnded(**said, offer=state.going.number, outcome="withdrawn", why=why)]


def _same(one: f.Reported, other: f.Reported) -> bool:
    """Whether two reports say the same of the same visit, whenever they came."""
    leave = {"on", "by", "means", "aside", "images"}
    return one.model_dump(exclude=leave) == other.model_dump(exclude=leave)


def _given_up(state: Assignment, said: dict[str, Any], why: str) -> Fact:
    return f.GivenUp(**said, why=why, went=state.going is not None)
