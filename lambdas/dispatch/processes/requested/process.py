"""A dispatch at the customer's request: the process of the cases RQ-… (AL-12 to AL-14, AL-20,
AL-23, AL-24, AL-77, A-41)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lambdas.dispatch.assignment.process import FLOW, Late
from lambdas.dispatch.assignment.process import WORDS as ASSIGNMENT_WORDS
from lambdas.dispatch.assignment.responder import Skill
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, TaskOverdue
from lambdas.dispatch.casework.flow import load as load_flow
from lambdas.dispatch.casework.process import Overview, Standing
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.casework.words import COMMON
from lambdas.dispatch.casework.words import load as load_words
from lambdas.dispatch.processes.requested import facts as f
from lambdas.dispatch.processes.requested import tasks as t
from lambdas.dispatch.processes.requested.state import RequestedDispatch, RequestedResult
from lambdas.dispatch.processes.sites.process import OUTCOMES, TIMEOUTS, SiteVisitProcess
from lambdas.shared.events import DispatchSettled, NoticeKind, Sentence

HERE = Path(__file__).parent

NOTICES: Mapping[RequestedResult, NoticeKind] = {
    "nothing_wrong": NoticeKind("visits.dispatch_result"),
    "abnormal": NoticeKind("visits.dispatch_abnormal"),
    "not_reached": NoticeKind("visits.dispatch_result"),
    "emergency": NoticeKind("visits.dispatch_emergency"),
    "cancelled": NoticeKind("visits.dispatch_cancelled"),
    "impossible": NoticeKind("visits.dispatch_impossible"),
}
"""Kind of notice by how it ended. Who declined the price was on the telephone."""


# --- what has come of a step


def _price(state: RequestedDispatch) -> str | None:
    if state.over:
        return "over"
    if state.declined:
        return "declined"
    return "agreed" if state.agreed else None


# --- time is up


def _not_agreed(state: RequestedDispatch, said: dict[str, Any]) -> Late:
    late = TaskOverdue(**said, task="price", rule=state.request.price.rule)
    return [late, f.PriceDeclined(**said, rule=state.request.price.rule, told=False)], "declined"


class RequestedProcess(SiteVisitProcess):
    """The process of the cases RQ-…."""

    kind, prefix, slot, held = "requested", "RQ", "REQUESTED", False
    machine = "mimamori-requested"
    in_emergency = NoticeKind("visits.dispatch_emergency_now")
    expected = NoticeKind("visits.dispatch_expected")
    needs: frozenset[Skill] = frozenset({"guard"})
    flow = load_flow(HERE / "flow.yaml", assignment=FLOW)
    facts: TypeAdapter[Any] = TypeAdapter(f.RequestedFact)
    answers: Mapping[str, type[Answer]] = t.ANSWERS
    words = load_words(COMMON, ASSIGNMENT_WORDS, HERE / "words.yaml")
    outcomes: Mapping[str, Callable[[Any], str | None]] = {
        **OUTCOMES,
        "price": _price,
    }
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
        **TIMEOUTS,
        "price": _not_agreed,
    }

    def state(self, facts: Sequence[Fact]) -> RequestedDispatch:
        """What the facts of a case amount to."""
        return RequestedDispatch(facts)

    def due(self, task: str, case: Case[RequestedDispatch], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        if task == "price":
            return now + timedelta(minutes=case.state.escalation.phone_minutes)
        return super().due(task, case, now)

    def on_answer(
        self, task: str, answer: Answer, case: Case[RequestedDispatch], actor: Actor
    ) -> list[Fact]:
        """What an answer means."""
        state, said = case.state, actor._asdict()
        rule = state.request.price.rule
        match answer:
            case t.PriceAnswer(outcome="agreed"):
                assert answer.yen is not None
                return [f.PriceAgreed(**said, rule=rule, yen=answer.yen, said=answer.said)]
            case t.PriceAnswer():
                return [f.PriceDeclined(**said, rule=rule, said=answer.said)]
            case _:
                return super().on_answer(task, answer, case, actor)

    def script_values(self, task: Task, case: Case[RequestedDispatch]) -> Mapping[str, object]:
        """The names that the scripts speak of."""
        state = case.state
        return {
            **super().script_values(task, case),
            "contractor": state.request.contractor,
            "caller": state.request.caller,
            "target": state.request.target,
            "note": state.request.note,
            "price": state.request.price,
            "said": self.words.results[state.result].ja if state.result else "",
            "corrected": bool(state.corrections),
            "found": state.report.note if state.report else "",
            "owed": state.owed,
            "why": "",
        }

    def standing(self, case: Case[RequestedDispatch]) -> Standing | None:
        """How it ended, once that is known."""
        state = case.state
        if state.result is None or state.result == "declined" or state.to_turn_back:
            return None
        values: dict[str, str | int | Sentence] = {
            "result": self.words.results[state.result],
            "price": f"{state.owed or 0:,}",
        }
        if state.reported_by and state.report:
            values |= {
                "visited_at": state.reported_by.occurred.isoformat(),
                "note": state.report.note,
            }
        if state.given_up:
            values |= {"why": state.given_up.why, "went": "yes" if state.given_up.went else ""}
        if state.cancelled:
            values |= {"why": state.cancelled.why, "went": "yes" if state.went else ""}
        kind = NOTICES[state.result]
        if state.corrections:
            kind = NoticeKind("visits.dispatch_corrected")
        return Standing(kind, "AL-14", values, state.corrections)

    def overview(self, case: Case[RequestedDispatch]) -> Overview:
        """What is shown of a case beside its timeline."""
        state = case.state
        return Overview(
            state.status,
            result=state.result,
            arrives_at=state.live.fact.arrives_at if state.live else None,
            responder=state.live.fact.name if state.live else None,
            images=state.reported_by.images if state.reported_by and not state.corrections else [],
        )

    def in_words(self, fact: Fact) -> Sentence:
        """What happened; where nobody did what was to be done, that."""
        if isinstance(fact, f.PriceDeclined) and not fact.told:
            return self.words.facts["price_not_told"]
        return super().in_words(fact)

    def result(self, case: Case[RequestedDispatch]) -> str:
        """How it ended."""
        return str(case.state.result)

    def ended(self, case: Case[RequestedDispatch]) -> bool:
        """Whether it is known how it ends."""
        return case.state.result is not None


def settled(case: Case[RequestedDispatch]) -> DispatchSettled | None:
    """What billing learns of a dispatch that was accepted and is over. None where nothing can be
    owed: not accepted, not over yet, or nobody came although it was accepted."""
    state = case.state
    if state.agreed is None or not state.settled:
        return None
    return DispatchSettled(
        contract=case.contract,
        case=case.number,
        cause="request",
        at=state.agreed.on,
        called_off=not state.went,
        agreed_yen=state.agreed.yen,
        edition=state.corrections,
        void=not (state.went or state.cancelled),
    )


REQUESTED = RequestedProcess()
