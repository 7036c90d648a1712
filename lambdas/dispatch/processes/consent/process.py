"""The consent of one person to be looked after: two calls at most (DL-07 to DL-14)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, by_workflow, event_of
from lambdas.dispatch.casework.flow import load as load_flow
from lambdas.dispatch.casework.process import Assignee, News, Overview, Party, Standing
from lambdas.dispatch.casework.task import ORDINARY, Answer, Task
from lambdas.dispatch.casework.words import COMMON
from lambdas.dispatch.casework.words import load as load_words
from lambdas.dispatch.processes.consent import facts as f
from lambdas.dispatch.processes.consent.state import Consent
from lambdas.dispatch.processes.consent.tasks import ANSWERS, CallAnswer
from lambdas.shared.events import NoticeKind, Sentence

HERE = Path(__file__).parent

NOTICES: Mapping[f.ConsentState, tuple[NoticeKind, str]] = {
    "pending": (NoticeKind("home_check.consent_asked"), "DL-14"),
    "granted": (NoticeKind("home_check.consent_granted"), "DL-11"),
    "refused": (NoticeKind("home_check.consent_refused"), "DL-13"),
    "unconfirmed": (NoticeKind("home_check.consent_unconfirmed"), "DL-12"),
    "stopped": (NoticeKind("home_check.consent_stopped"), "DL-34"),
    "replaced": (NoticeKind("home_check.consent_replaced"), "DL-05"),
}
"""Kind of notice and rule, by where a consent stands."""


def _answered(state: Consent) -> str | None:
    match state.status:
        case "granted":
            return "granted"
        case "refused":
            return "refused"
        case "unconfirmed":
            return "unconfirmed"
        case "stopped" | "replaced":
            return "over"
        case _:
            return None


def _first_call(state: Consent) -> str | None:
    if state.status == "pending" and state.called(1):
        return "no_answer"
    return _answered(state)


OUTCOMES: Mapping[str, Callable[[Consent], str | None]] = {
    "first_call": _first_call,
    "second_call": _answered,
}
"""By step; the key to the flow's table."""

CALLS = {"first_call": 1, "second_call": 2}


class ConsentProcess:
    """The process of the cases CN-…."""

    kind, prefix, slot, held, sends = "consent", "CN", "REGISTRATION", True, False
    machine = "mimamori-consent"
    flow = load_flow(HERE / "flow.yaml")
    facts: TypeAdapter[Any] = TypeAdapter(f.ConsentFact)
    answers: Mapping[str, type[Answer]] = ANSWERS
    words = load_words(COMMON, HERE / "words.yaml")

    def state(self, facts: Sequence[Fact]) -> Consent:
        """What the facts of a case amount to."""
        return Consent(facts)

    def claims(self, first: f.Registered) -> Collection[str]:
        """Nothing beside the contract's slot."""
        return ()

    def parties(self, case: Case[Consent]) -> Sequence[Party]:
        """The contract of the registration."""
        return [Party(case.contract, case.state.registered.home)]

    def news(self, task: Task, case: Case[Consent]) -> Sequence[News]:
        """Nothing."""
        return ()

    def beside(self, case: Case[Consent]) -> Sequence[str]:
        """Nothing."""
        return ()

    def priority(self, task: str, case: Case[Consent]) -> int:
        """Calls are made in the order in which they are due."""
        return ORDINARY

    def outcome(self, step: str, case: Case[Consent]) -> str | None:
        """What a step has come to; None while somebody is still to do it."""
        return OUTCOMES[step](case.state)

    def settled(self, task: Task, case: Case[Consent]) -> str | None:
        """What has come of the step that it was given out for."""
        return self.outcome(task.kind, case)

    def due(self, task: str, case: Case[Consent], now: datetime) -> datetime:
        """When a call must be made (DL-08, DL-09)."""
        in_time = task == "first_call" and 1 not in case.state.overdue
        return case.state.first_call_due if in_time else case.state.window_ends

    def assignee(self, task: str, case: Case[Consent]) -> Assignee:
        """The call centre; the second call not before its day."""
        state = case.state
        second = task == "second_call"
        since = state.second_call_from if second else state.registered.not_before
        return Assignee(1 + state.corrections, since=since)

    def on_timeout(self, task: str, case: Case[Consent], now: datetime) -> tuple[list[Fact], str]:
        """A call was not made in time: the first one may still be, until asking ends."""
        said, call = by_workflow(now), CALLS[task]
        facts: list[Fact] = []
        if call not in case.state.overdue:
            rule = "DL-08" if call == 1 else "DL-09"
            facts.append(f.CallOverdue(**said, call=call, rule=rule))
        if call == 1 and now < case.state.window_ends:
            return facts, "again"
        return [*facts, f.Lapsed(**said)], "unconfirmed"

    def on_answer(self, task: str, answer: Answer, case: Case[Consent], actor: Actor) -> list[Fact]:
        """A call was made."""
        assert isinstance(answer, CallAnswer)
        rule = "DL-13" if answer.outcome == "refused" else self.flow.tasks[task].rule
        called = f.Called(
            on=answer.called_at or actor.on,
            by=actor.by,
            means=actor.means,
            call=CALLS[task],
            rule=rule,
            outcome=answer.outcome,
            number=answer.number,
            said=answer.said,
            recorded_at=actor.on,
            called_back=answer.called_back,
        )
        return [called]

    def script_values(self, task: Task, case: Case[Consent]) -> Mapping[str, object]:
        """The names that the scripts speak of."""
        first = case.state.registered
        return {"contractor": first.contractor, "target": first.target}

    def standing(self, case: Case[Consent]) -> Standing:
        """Where the consent stands, once for each standing."""
        state = case.state
        kind, rule = NOTICES[state.status]
        if state.status == "granted" and state.contract_over:
            kind, rule = NoticeKind("home_check.consent_without_contract"), "DL-01"
        if state.status == "pending" and state.corrections:
            kind, rule = NoticeKind("home_check.consent_corrected"), "DL-10"
        values = {"target": state.registered.target.name, **_days(state)}
        return Standing(kind, rule, values, state.corrections)

    def overview(self, case: Case[Consent]) -> Overview:
        """What is shown of a case beside its timeline."""
        return Overview(case.state.status)

    def in_words(self, fact: Fact) -> Sentence:
        """What happened."""
        return self.words.facts[event_of(fact)]

    def result(self, case: Case[Consent]) -> str:
        """How it ended, or where it stands."""
        return case.state.status

    def ended(self, case: Case[Consent]) -> bool:
        """Whether it is known how it ends."""
        return case.state.status != "pending"

    def reopens(self, facts: Sequence[Fact]) -> bool:
        """Whatever happens after the end has to be seen to: it ends once more."""
        return bool(facts)


def _days(consent: Consent) -> dict[str, str]:
    """Until when consent is asked for, and when the resident said what."""
    match consent.status:
        case "pending":
            days = {"first_call_by": consent.first_call_due, "asked_until": consent.window_ends}
        case "granted":
            said = [call.on for call in consent.calls if call.outcome == "granted"]
            days = {"granted_at": said[-1]}
        case "stopped" if consent.stopped:
            days = {"stopped_at": consent.stopped.on}
        case _:
            days = {}
    return {name: at.isoformat() for name, at in days.items()}


CONSENT = ConsentProcess()
