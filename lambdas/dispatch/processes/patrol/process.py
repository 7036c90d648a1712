"""A visit to an empty home: the process of the cases PT-… (AL-83 to AL-90)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment import telling
from lambdas.dispatch.assignment.process import (
    FLOW,
    NOT_FOUND,
    OUTCOMES,
    TIMEOUTS,
    AssignmentProcess,
    Late,
)
from lambdas.dispatch.assignment.process import WORDS as ASSIGNMENT_WORDS
from lambdas.dispatch.assignment.responder import Skill
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, TaskOverdue
from lambdas.dispatch.casework.flow import load as load_flow
from lambdas.dispatch.casework.process import Assignee, Overview, Standing
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.casework.words import COMMON
from lambdas.dispatch.casework.words import load as load_words
from lambdas.dispatch.processes.patrol import facts as f
from lambdas.dispatch.processes.patrol import tasks as t
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST, Finding
from lambdas.dispatch.processes.patrol.state import Patrol, PatrolResult
from lambdas.shared.centres import LEADERS
from lambdas.shared.events import EmptyHomeVisited, NoticeKind, Sentence

HERE = Path(__file__).parent

LAST_CALL = timedelta(hours=1)
"""So long before the end of its hours a visit that nobody has is the leader's."""

NOTICES: Mapping[PatrolResult, NoticeKind] = {
    "done": NoticeKind("visits.visit_done"),
    "abnormal": NoticeKind("visits.visit_abnormal"),
    "emergency": NoticeKind("visits.visit_emergency"),
    "cancelled": NoticeKind("visits.visit_cancelled"),
    "not_done": NoticeKind("visits.visit_not_done"),
}
"""Kind of notice by how it ended."""

SEEN: Mapping[Finding, Sentence] = {
    "ok": Sentence(ja="異常なし", en="nothing wrong"),
    "ng": Sentence(ja="異常あり", en="something is wrong"),
    "unclear": Sentence(ja="確認不能", en="could not be checked"),
}

MAILBOX: Mapping[str, Sentence] = {
    "left": Sentence(ja="そのままにしました", en="left as it is"),
    "discarded": Sentence(ja="回収し、廃棄しました", en="collected and thrown away"),
    "forwarded": Sentence(ja="回収し、転送しました", en="collected and sent on"),
}
VISITS: Mapping[str, Sentence] = {
    "patrol": Sentence(ja="巡回", en="Patrol"),
    "ventilation": Sentence(ja="換気サービス", en="Airing"),
}
BOX = Sentence(ja="郵便受けの投函物", en="What was in the mailbox")


# --- what has come of a step


def _assign(state: Patrol) -> str | None:
    if state.over:
        return "over"
    if state.given_up:
        return "give_up"
    return "assigned" if state.going or state.reported else None


def _result(state: Patrol) -> str:
    wrong = state.result == "abnormal" or (state.corrections and state.tellings)
    return "abnormal" if wrong and state.told is None else "told"


# --- time is up


def _unassigned(state: Patrol, said: dict[str, Any]) -> Late:
    if not state.help_overdue:
        return [a.HelpOverdue(**said, rule="AL-84", round=state.round)], "again"
    late = TaskOverdue(**said, task="assign", rule="AL-84")
    return [late, a.GivenUp(**said, rule="AL-84", why=NOT_FOUND)], "give_up"


class PatrolProcess(AssignmentProcess):
    """The process of the cases PT-…."""

    kind, prefix, slot, held = "patrol", "PT", "VISIT", True
    machine = "mimamori-patrol"
    in_emergency = NoticeKind("visits.visit_emergency_now")
    expected = NoticeKind("visits.visit_expected")
    needs: frozenset[Skill] = frozenset({"patrol"})
    flow = load_flow(HERE / "flow.yaml", assignment=FLOW)
    facts: TypeAdapter[Any] = TypeAdapter(f.PatrolFact)
    answers: Mapping[str, type[Answer]] = t.ANSWERS
    words = load_words(COMMON, ASSIGNMENT_WORDS, HERE / "words.yaml")
    outcomes: Mapping[str, Callable[[Any], str | None]] = {
        **OUTCOMES,
        "assign": _assign,
        "result": _result,
        "tell": telling.told,
    }
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
        **TIMEOUTS,
        "assign": _unassigned,
        "tell": telling.not_told,
    }

    def state(self, facts: Sequence[Fact]) -> Patrol:
        """What the facts of a case amount to."""
        return Patrol(facts)

    def due(self, task: str, case: Case[Patrol], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        state = case.state
        match task:
            case "assign":
                end = state.due.not_after
                return end if state.help_overdue else end - LAST_CALL
            case "tell":
                return telling.due(case, now)
            case _:
                return super().due(task, case, now)

    def assignee(self, task: str, case: Case[Patrol]) -> Assignee:
        """Who is to do a task of this kind; a visit not before its hours."""
        state = case.state
        if task == "assign":
            number = len(state.offers) + 1
            return Assignee(number, LEADERS if state.help_overdue else "", state.due.not_before)
        if task == "tell":
            return Assignee(state.tellings + (state.told is None))
        found = super().assignee(task, case)
        return found._replace(since=state.due.not_before) if task == "visit" else found

    def corrected(
        self, case: Case[Patrol], report: Mapping[str, Any] | None, why: str, actor: Actor
    ) -> Fact:
        """The fact that what was reported is not true. ValidationError for what is no report."""
        true = None if report is None else f.VisitReport.model_validate(report)
        return f.VisitCorrected(**actor._asdict(), why=why, report=true)

    def on_answer(self, task: str, answer: Answer, case: Case[Patrol], actor: Actor) -> list[Fact]:
        """What an answer means. Whom an operator found is the service's to add."""
        state, said = case.state, actor._asdict()
        match answer:
            case t.AssignAnswer(outcome="give_up"):
                return [a.GivenUp(**said, rule="AL-84", why=answer.why)]
            case t.AssignAnswer():
                return []
            case t.RoundAnswer(outcome="reported"):
                assert state.going
                return [_reported(answer, state.going.number, said, case)]
            case t.RoundAnswer():
                assert state.going
                number = state.going.number
                ended = a.OfferEnded(
                    **said, rule="AL-84", offer=number, outcome="broken_off", why=answer.why
                )
                if state.emergencies:  # nobody else is sent there
                    return [ended, a.GivenUp(**said, rule="AL-84", why=answer.why, went=True)]
                return [ended]
            case telling.ResultAnswer():
                return [a.ResultTold(**said, **answer.model_dump())]
            case _:
                return super().on_answer(task, answer, case, actor)

    def report_of(self, answer: Answer, offer: int, actor: Actor, case: Case[Patrol]) -> Any:
        """The report of whoever was at the home."""
        if not isinstance(answer, t.RoundAnswer) or answer.report is None:
            return None
        return _reported(answer, offer, actor._asdict(), case)

    def script_values(self, task: Task, case: Case[Patrol]) -> Mapping[str, object]:
        """The names that the scripts speak of."""
        due = case.state.due
        spec = CHECKLIST.visits[due.visit]
        return {
            **super().script_values(task, case),
            "contractor": due.contractor,
            "target": due.target,
            "not_before": due.not_before,
            "not_after": due.not_after,
            "note": due.note,
            "mailbox": due.mailbox,
            "items": list(spec.items.values()),
            "inside": spec.inside,
            "corrected": bool(case.state.corrections),
            "said": self.words.results[case.state.result].ja if case.state.result else "",
            "found": case.state.report.note if case.state.report else "",
            "why": "",
        }

    def standing(self, case: Case[Patrol]) -> Standing | None:
        """How it ended, once that is known."""
        state = case.state
        if state.result is None:
            return None
        values: dict[str, str | int | Sentence] = {
            "visit": VISITS[state.due.visit],
            "day": str(state.due.not_before.date()),
        }
        if state.reported_by and (report := state.report):
            seen = self.overview(case).checks
            values |= {
                "visited_at": state.reported_by.occurred.isoformat(),
                "note": report.note,
                "seen": Sentence(ja=_lines(seen, "ja"), en=_lines(seen, "en")),
                "pictures": len(self.overview(case).images),
            }
            if report.forwarding_yen:
                values["forwarding"] = f"{report.forwarding_yen:,}"
        if state.given_up:
            set_out = state.given_up.went and bool(state.begun)
            values |= {"why": state.given_up.why, "went": "yes" if set_out else ""}
        if state.cancelled:
            values["why"] = state.cancelled.why
        kind = NOTICES[state.result]
        if state.corrections:
            kind = NoticeKind("visits.visit_corrected")
            values["result"] = self.words.results[state.result]
        return Standing(kind, CHECKLIST.visits[state.due.visit].rule, values, state.corrections)

    def overview(self, case: Case[Patrol]) -> Overview:
        """What is shown of a case beside its timeline."""
        state, checks = case.state, list[tuple[Sentence, Sentence]]()
        if report := state.report:
            items = CHECKLIST.visits[state.due.visit].items
            checks = [(items[name], SEEN[seen]) for name, seen in report.seen.items()]
            if report.mailbox in MAILBOX:
                checks.append((BOX, MAILBOX[report.mailbox]))
        return Overview(
            state.status,
            result=state.result,
            arrives_at=state.live.fact.arrives_at if state.live else None,
            responder=state.live.fact.name if state.live else None,
            checks=checks,
            images=state.reported_by.images if state.reported_by and not state.corrections else [],
        )

    def result(self, case: Case[Patrol]) -> str:
        """How it ended."""
        return str(case.state.result)

    def ended(self, case: Case[Patrol]) -> bool:
        """Whether it is known how it ends."""
        return case.state.result is not None


def why_not(report: f.VisitReport, due: f.VisitDue) -> tuple[str, str] | None:
    """What a report lacks or does against the wish, as a problem's slug and a rule; None: it is
    complete."""
    spec = CHECKLIST.visits[due.visit]
    if report.seen.keys() != spec.items.keys():
        return "items-missing", spec.rule
    allowed = {"leave": {"none", "left"}, "discard": {"none", "discarded"}}
    if report.mailbox not in allowed.get(due.mailbox.wish, {"none", "forwarded"}):
        return "not-the-wish", "AL-85"
    return None


def visited(case: Case[Patrol]) -> EmptyHomeVisited | None:
    """What billing learns of a visit that was made, or was not after all; None while it was
    not."""
    state = case.state
    if state.reported_by is None:
        return None
    return EmptyHomeVisited(
        contract=case.contract,
        case=case.number,
        visit=state.due.visit,
        at=state.reported_by.occurred,
        forwarding_yen=state.report.forwarding_yen if state.report else 0,
        edition=state.corrections,
        void=state.report is None,
    )


def _reported(
    answer: t.RoundAnswer, offer: int, said: dict[str, Any], case: Case[Patrol]
) -> f.HomeReported:
    assert answer.report
    rule = CHECKLIST.visits[case.state.due.visit].rule
    images = tuple(answer.pictures)
    return f.HomeReported(**said, rule=rule, offer=offer, report=answer.report, images=images)


def _lines(checks: Sequence[tuple[Sentence, Sentence]], language: str) -> str:
    colon = "：" if language == "ja" else ": "
    return "\n".join(f"{what.text(language)}{colon}{seen.text(language)}" for what, seen in checks)


PATROL = PatrolProcess()
