"""A home check: from the request by telephone to the report (DL-15 to DL-35)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.process import FLOW, OUTCOMES, TIMEOUTS, AssignmentProcess, Late
from lambdas.dispatch.assignment.process import WORDS as ASSIGNMENT_WORDS
from lambdas.dispatch.assignment.tasks import RecallAnswer
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact, TaskOverdue
from lambdas.dispatch.casework.flow import load as load_flow
from lambdas.dispatch.casework.process import Assignee, News, Overview, Party, Standing
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.casework.words import COMMON
from lambdas.dispatch.casework.words import load as load_words
from lambdas.dispatch.processes.consent.incident import incident_keys
from lambdas.dispatch.processes.home_check import facts as f
from lambdas.dispatch.processes.home_check import tasks as t
from lambdas.dispatch.processes.home_check.state import HomeCheck, Result
from lambdas.shared.events import NoticeKind, Sentence

HERE = Path(__file__).parent

REMIND = timedelta(days=1)
"""How long a task waits on that must be done at last, however late."""

TURN_BACK = "訪問を取りやめ、センターに電話してください。"

NOTICES: Mapping[Result, tuple[NoticeKind, str]] = {
    "at_home": (NoticeKind("home_check.visit_result"), "DL-20"),
    "absent": (NoticeKind("home_check.visit_result"), "DL-20"),
    "moved": (NoticeKind("home_check.visit_moved"), "DL-20"),
    "emergency": (NoticeKind("home_check.visit_emergency"), "DL-20"),
    "by_phone": (NoticeKind("home_check.visit_result"), "DL-26"),
    "refused": (NoticeKind("home_check.visit_refused"), "DL-35"),
    "cancelled": (NoticeKind("home_check.visit_cancelled"), "DL-34"),
    "impossible": (NoticeKind("home_check.visit_impossible"), "DL-20"),
}
"""Kind of notice and rule, by how a home check ended."""

CHECKS: Mapping[str, Sentence] = {
    "intercom": Sentence(ja="インターホン", en="Intercom"),
    "meter": Sentence(ja="電気メーター", en="Electricity meter"),
    "lights": Sentence(ja="部屋の明かり", en="Lights"),
    "mailbox": Sentence(ja="郵便受け", en="Mailbox"),
}
"""What is looked at from outside (DL-17, A-40)."""

SEEN: Mapping[f.Check, Sentence] = {
    "ok": Sentence(ja="OK", en="OK"),  # 異常なし would speak of more than the door (DL-21)
    "ng": Sentence(ja="NG", en="NG"),
    "unclear": Sentence(ja="確認不能", en="could not be checked"),
}


# --- what has come of a step


def _check(state: HomeCheck) -> str | None:
    if state.over:
        return "over"
    return "refused" if state.refusals else _accepted(state)


def _accepted(state: HomeCheck) -> str:
    if state.by_phone:
        return "answered"
    return "phone_first" if state.request.frequent and state.phoned is None else "go"


def _refusal(state: HomeCheck) -> str | None:
    if state.refused:
        return "told"
    if state.over:
        return "over"
    if state.refusals:
        return None
    return "phone_first" if state.request.frequent and state.phoned is None else "go"


def _phone_first(state: HomeCheck) -> str | None:
    if state.over:
        return "over"
    if state.phoned is None:
        return None
    return "answered" if state.by_phone else "no_answer"


def _pass_on(state: HomeCheck) -> str | None:
    heard = state.passed_on == len(state.asked_again)
    return "told" if heard or state.going is None else None


def _tell(state: HomeCheck) -> str | None:
    if state.told is None:
        return None
    return "told" if state.told.outcome == "told" else "not_reached"


# --- time is up


def _not_refused(state: HomeCheck, said: dict[str, Any]) -> Late:
    rule = state.refusals[0].rule
    late = TaskOverdue(**said, task="refusal", rule="DL-35")
    return [late, f.RefusalTold(**said, rule=rule, told=False)], "told"


def _not_phoned(state: HomeCheck, said: dict[str, Any]) -> Late:
    late = TaskOverdue(**said, task="phone_first", rule="DL-26")
    return [late, f.TargetPhoned(**said, outcome="not_called")], "no_answer"


def _not_told(state: HomeCheck, said: dict[str, Any]) -> Late:
    return [TaskOverdue(**said, task="tell", rule="DC-34")], "again"


class HomeCheckProcess(AssignmentProcess):
    """The process of the cases HC-…."""

    kind, prefix, slot, held = "visit", "HC", "RUNNING", False
    machine = "mimamori-home-check"
    in_emergency = NoticeKind("home_check.emergency")
    expected = NoticeKind("home_check.expected")
    flow = load_flow(HERE / "flow.yaml", assignment=FLOW)
    facts: TypeAdapter[Any] = TypeAdapter(f.HomeCheckFact)
    answers: Mapping[str, type[Answer]] = t.ANSWERS
    words = load_words(COMMON, ASSIGNMENT_WORDS, HERE / "words.yaml")
    outcomes: Mapping[str, Callable[[Any], str | None]] = {
        **OUTCOMES,
        "check": _check,
        "refusal": _refusal,
        "phone_first": _phone_first,
        "tell": _tell,
        "pass_on": _pass_on,
    }
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
        **TIMEOUTS,
        "refusal": _not_refused,
        "phone_first": _not_phoned,
        "tell": _not_told,
    }

    def state(self, facts: Sequence[Fact]) -> HomeCheck:
        """What the facts of a case amount to."""
        return HomeCheck(facts)

    def claims(self, first: f.Requested) -> Collection[str]:
        """The person at risk: nobody goes there twice."""
        return incident_keys(first.target)

    def parties(self, case: Case[HomeCheck]) -> Sequence[Party]:
        """The contract that asked, and those that asked for the same person meanwhile."""
        others = case.state.joined.values()
        return [*super().parties(case), *(Party(one.contract, one.home) for one in others)]

    def news(self, task: Task, case: Case[HomeCheck]) -> Sequence[News]:
        """For whoever is asked or goes: that it is called off, an emergency; and what a second
        caller warns of, which is told to nobody who may decline."""
        if task.kind not in ("offer", "visit"):
            return super().news(task, case)
        state = case.state
        heard = state.asked_again if task.kind == "visit" else []
        found = [*super().news(task, case), *(News(o.on, _heard(o)) for o in heard if o.note)]
        if state.consent_ended and task.status == "open":
            found.append(News(state.consent_ended.on, f"{state.consent_ended.why}{TURN_BACK}"))
        found += [News(one.on, f"緊急: {one.said}") for one in state.emergencies]
        return sorted(found)

    def due(self, task: str, case: Case[HomeCheck], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        allowed = case.state.escalation
        match task:
            case "tell":
                late = any(
                    isinstance(one, TaskOverdue) and one.task == "tell" for one in case.facts
                )
                return now + (REMIND if late else timedelta(minutes=allowed.tell_minutes))
            case "refusal":
                return now + timedelta(minutes=allowed.refusal_minutes)
            case "pass_on":
                return now + timedelta(minutes=allowed.emergency_minutes)
            case "phone_first":
                return now + timedelta(minutes=allowed.phone_minutes)
            case _:
                return super().due(task, case, now)

    def corrected(
        self, case: Case[HomeCheck], report: Mapping[str, Any] | None, why: str, actor: Actor
    ) -> Fact:
        """The fact that what was reported is not true. ValidationError for what is no report."""
        true = None if report is None else f.Report.model_validate(report)
        return f.Corrected(**actor._asdict(), report=true, why=why)

    def on_answer(
        self, task: str, answer: Answer, case: Case[HomeCheck], actor: Actor
    ) -> list[Fact]:
        """What an answer means."""
        state, said = case.state, actor._asdict()
        match answer:
            case t.RefusalAnswer(outcome="told"):
                return [f.RefusalTold(**said, rule=state.refusals[0].rule, said=answer.reason)]
            case t.RefusalAnswer():
                of = tuple(refusal.rule for refusal in state.refusals)
                return [f.Overridden(**said, reason=answer.reason, of=of)]
            case t.PhoneAnswer():
                return [f.TargetPhoned(**said, **answer.model_dump())]
            case t.VisitAnswer(outcome="reported"):
                assert state.going
                assert answer.report
                number = state.going.number
                return [_visited(answer, number, said)]
            case t.VisitAnswer():
                assert state.going
                number = state.going.number
                ended = {"offer": number, "outcome": "broken_off", "why": answer.why}
                if state.emergencies:  # nobody else is sent there
                    return [
                        a.OfferEnded(**said, **ended),
                        a.GivenUp(**said, why=answer.why, went=True),
                    ]
                return [a.OfferEnded(**said, **ended)]
            case RecallAnswer() if not state.cancelled:
                recalled = a.Recalled(**said, outcome=answer.outcome, said=answer.said)
                if answer.outcome == "too_late" or state.going is None:
                    return [recalled]
                assert state.consent_ended
                why = {"why": state.consent_ended.why}
                back = a.OfferEnded(**said, **why, offer=state.going.number, outcome="withdrawn")
                return [recalled, back, a.Cancelled(**said, **why, rule=state.consent_ended.rule)]
            case t.PassOnAnswer():
                return [f.PassedOn(**said, **answer.model_dump())]
            case t.TellAnswer():
                return [f.ContractorTold(**said, **answer.model_dump())]
            case _:
                return super().on_answer(task, answer, case, actor)

    def assignee(self, task: str, case: Case[HomeCheck]) -> Assignee:
        """Who is to do a task of this kind. What was told before a correction is told anew."""
        if task == "tell":
            return Assignee(case.state.tellings + (case.state.told is None))
        if task == "pass_on":
            return Assignee(len(case.state.asked_again))
        return super().assignee(task, case)

    def report_of(self, answer: Answer, offer: int, actor: Actor, case: Case[Any]) -> Any:
        """The report of whoever stood at the door."""
        if not isinstance(answer, t.VisitAnswer) or answer.report is None:
            return None
        return _visited(answer, offer, actor._asdict())

    def script_values(self, task: Task, case: Case[HomeCheck]) -> Mapping[str, object]:
        """The names that the scripts speak of."""
        state = case.state
        return {
            **super().script_values(task, case),
            "contractor": state.request.contractor,
            "target": state.request.target,
            "caller": state.request.caller,
            "note": state.request.note,
            "others": state.asked_again,
            "contractors": [one.contractor for one in state.joined.values()],
            "exception": state.overridden.reason if state.overridden else "",
            "refusals": state.refusals,
            "why": state.consent_ended.why if state.consent_ended else "",
            "said": self.words.results[_words_of(state)].ja if state.result else "",
        }

    def standing(self, case: Case[HomeCheck]) -> Standing | None:
        """How it ended, once that is known."""
        state = case.state
        if state.result is None:
            return None
        kind, rule = NOTICES[state.result]
        first = state.request
        values = {
            "target": first.target.name if first.target else "",
            "result": state.result,
            **_details(state),
        }
        if state.corrections:
            kind = NoticeKind("home_check.visit_corrected")
        return Standing(kind, rule, values, state.corrections)

    def overview(self, case: Case[HomeCheck]) -> Overview:
        """What is shown of a case beside its timeline."""
        state = case.state
        report = state.report
        return Overview(
            state.status,
            result=state.result,
            said=_words_of(state),
            refusals=[(one.rule, one.why) for one in state.refusals],
            arrives_at=state.live.fact.arrives_at if state.live else None,
            responder=state.live.fact.name if state.live else None,
            checks=[(what, SEEN[getattr(report, one)]) for one, what in CHECKS.items()]
            if report
            else [],
            images=state.visited.images if state.visited and not state.corrections else [],
            consent=state.request.registration,
        )

    def in_words(self, fact: Fact) -> Sentence:
        """What happened; where nobody did what was to be done, that."""
        match fact:
            case f.TargetPhoned(outcome="not_called"):
                return self.words.facts["target_not_phoned"]
            case f.RefusalTold(told=False):
                return self.words.facts["refusal_not_told"]
            case _:
                return super().in_words(fact)

    def result(self, case: Case[HomeCheck]) -> str:
        """How it ended."""
        return str(case.state.result)

    def ended(self, case: Case[HomeCheck]) -> bool:
        """Whether it is known how it ends."""
        return case.state.result is not None


def _words_of(state: HomeCheck) -> str:
    """The key of the words for how it ended: who went and saw nothing is not who did not go."""
    went = state.result == "impossible" and state.went
    return "impossible_after_going" if went else state.result or ""


def _heard(asked: f.AskedAgain) -> str:
    """What somebody said who asked for the same."""
    return f"{asked.caller.name}様からもお電話がありました: {asked.note}"


def _visited(answer: t.VisitAnswer, offer: int, said: dict[str, Any]) -> f.Visited:
    """The report of whoever has this offer."""
    assert answer.report
    pictures = {"signature": answer.signature_png, "photo": answer.photo_jpeg}
    images = tuple(name for name, content in pictures.items() if content)
    about = {"report": answer.report, "images": images, "no_image": answer.no_image}
    return f.Visited(**said, offer=offer, **about)


def _details(state: HomeCheck) -> dict[str, str | int | Sentence]:
    """What was seen at the door, or why nobody could look."""
    said: dict[str, str | int | Sentence] = {}
    if state.visited and (report := state.report):
        said = {check: getattr(report, check) for check in CHECKS}
        said |= {"visited_at": state.visited.occurred.isoformat(), "note": report.note}
        said |= {"outcome": report.came_to}
    if state.phoned and state.phoned.outcome != "not_called":
        said["phoned_at"] = state.phoned.on.isoformat()
    went = "door" if state.stood_there else "yes" if state.went else ""
    if state.given_up:
        said |= {"why": state.given_up.why, "went": went}
    if state.cancelled:
        said |= {"why": state.cancelled.why, "went": went}
    if state.refusals:
        said["grounds"] = Sentence(
            ja="\n".join(ground.why.ja for ground in state.refusals),
            en="\n".join(ground.why.en for ground in state.refusals),
        )
    return said


HOME_CHECK = HomeCheckProcess()
