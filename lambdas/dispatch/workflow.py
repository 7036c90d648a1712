"""What each step of a workflow comes to, from the facts alone.

The state machines (stacks/dispatch.py) only lead from step to step. Each step asks here what the
facts say, so a workflow that is begun anew goes through what has happened without doing it again,
and whoever asks twice hears the same.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from lambdas.dispatch import facts as f
from lambdas.dispatch import tasks as t
from lambdas.dispatch.case import Case
from lambdas.dispatch.tasks import LEADERS, Task, TaskKind

WORKFLOW = "workflow"
"""Who did what no person did."""

NOBODY = "伺える担当者が見つかりませんでした。"
NO_WORD = "担当者からの報告が届きませんでした。"

REMIND = timedelta(days=1)
"""How long a task waits on that must be done at last, however late."""


class Came(NamedTuple):
    """What a step came to, and what the next one that waits for somebody may take (seconds)."""

    outcome: str
    seconds: int = 1


NEXT: Mapping[tuple[str, str], TaskKind] = {
    ("first_call", "no_answer"): "second_call",
    ("first_call", "again"): "first_call",
    ("check", "refused"): "refusal",
    ("check", "phone_first"): "phone_first",
    ("refusal", "phone_first"): "phone_first",
    ("choose", "found"): "offer",
    ("choose", "none"): "find_help",
    ("offer", "accepted"): "visit",
    ("find_help", "assigned"): "visit",
    ("find_help", "again"): "find_help",
    ("visit", "late"): "chase",
    ("chase", "wait"): "visit",
    ("mail_result", "tell"): "tell",
    ("tell", "again"): "tell",
}
"""Which task comes after which outcome, for the time it may take."""


def came(step: str, outcome: str, case: Case, now: datetime) -> Came:
    """An outcome, with the time that the task after it may take."""
    following = NEXT.get((step, outcome))
    return Came(outcome, seconds_until(due(following, case, now), now) if following else 1)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds that are left, one at least: what a state may wait."""
    return max(1, math.ceil((moment - now).total_seconds()))


# --- what has come of a step


def came_of(step: str, case: Case, now: datetime) -> Came | None:
    """What a step has come to; None while somebody is still to do it."""
    outcome = _OUTCOMES[step](case)
    return came(step, outcome, case, now) if outcome else None


def _first_call(case: Case) -> str | None:
    state = case.consent.state
    if state == "pending":
        return "no_answer" if case.consent.called(1) else None
    return "over" if state in ("stopped", "replaced") else state


def _second_call(case: Case) -> str | None:
    state = case.consent.state
    if state == "pending":
        return None
    return "over" if state in ("stopped", "replaced") else state


def _check(case: Case) -> str | None:
    visit = case.visit
    if visit.over:
        return "over"
    if visit.refusals:
        return "refused"
    if visit.by_phone:
        return "answered"
    return "phone_first" if visit.request.frequent and visit.phoned is None else "go"


def _refusal(case: Case) -> str | None:
    if case.visit.refused:
        return "told"
    return None if case.visit.refusals and not case.visit.over else _check(case)


def _phone_first(case: Case) -> str | None:
    if case.visit.over:
        return "over"
    if case.visit.phoned is None:
        return None
    return "answered" if case.visit.by_phone else "no_answer"


def _choose(case: Case) -> str | None:
    visit = case.visit
    if visit.over:
        return "over"
    if visit.given_up or visit.visited or visit.going or visit.open_offer:
        return "found"
    return "none" if visit.round in visit.nobody_in else None


def _offer(case: Case) -> str | None:
    visit = case.visit
    if visit.over:
        return "over"
    if visit.going or visit.visited or visit.given_up:
        return "accepted"
    return None if visit.open_offer else "declined"


def _find_help(case: Case) -> str | None:
    visit = case.visit
    if visit.over:
        return "over"
    if visit.given_up:
        return "give_up"
    if visit.going or visit.visited:
        return "assigned"
    return None if visit.round in visit.nobody_in else "retry"


def _visit(case: Case) -> str | None:
    visit = case.visit
    if visit.over:
        return "over"
    if visit.visited:
        return "reported"
    if visit.given_up:
        return "give_up"
    return None if visit.going else "cannot"


def _chase(case: Case) -> str | None:
    visit = case.visit
    if visit.going and not visit.over:
        number = visit.going.number
        granted = len(visit.extended.get(number, ()))
        return "wait" if granted >= visit.overdue_visits.get(number, 0) else None
    outcome = _visit(case)
    return "reassign" if outcome == "cannot" else outcome


def _recall(case: Case) -> str | None:
    visit = case.visit
    return "done" if visit.recalled or visit.going is None or visit.over else None


def _tell(case: Case) -> str | None:
    return case.visit.told.outcome if case.visit.told else None


_OUTCOMES: Mapping[str, Callable[[Case], str | None]] = {
    "first_call": _first_call,
    "second_call": _second_call,
    "check": _check,
    "refusal": _refusal,
    "phone_first": _phone_first,
    "choose": _choose,
    "offer": _offer,
    "find_help": _find_help,
    "visit": _visit,
    "chase": _chase,
    "recall": _recall,
    "tell": _tell,
}


# --- tasks


def due(kind: TaskKind, case: Case, now: datetime) -> datetime:
    """When a task of this kind must be done, were it given out now."""
    if kind in ("first_call", "second_call"):
        consent = case.consent
        in_time = kind == "first_call" and 1 not in consent.overdue
        return consent.first_call_due if in_time else consent.window_ends
    visit = case.visit
    allowed = visit.escalation
    if kind == "offer" and visit.open_offer:
        return visit.open_offer.fact.on + timedelta(minutes=allowed.ack_minutes)
    if kind == "visit" and visit.going:
        return visit.report_due(visit.going)
    if kind == "tell":
        late = any(isinstance(one, f.TaskOverdue) and one.task == "tell" for one in case.facts)
        return now + (REMIND if late else timedelta(minutes=allowed.tell_minutes))
    minutes = {
        "refusal": allowed.refusal_minutes,
        "phone_first": allowed.phone_minutes,
        "find_help": allowed.help_minutes,
        "chase": allowed.chase_minutes,
        "recall": allowed.chase_minutes,
    }
    return now + timedelta(minutes=minutes.get(kind, 1))


def task(kind: TaskKind, case: Case, token: str, now: datetime) -> Task:
    """The task that a workflow wants done. Asked again, the same one with the new token."""
    number, since = 1, None
    group: str = t.kinds()[kind].group
    if kind == "second_call":
        since = case.consent.second_call_from
    if case.kind == "visit":
        visit = case.visit
        offer = visit.open_offer if kind == "offer" else visit.going
        if kind in ("offer", "visit") and offer:
            number, group = offer.number, f"person:{offer.responder}"
        elif kind == "find_help":
            # Whom an operator found may break off: then it is asked again, in the same round.
            number = visit.round + sum(offer.fact.by_hand for offer in visit.offers)
            group = LEADERS if visit.round in visit.help_overdue else group
        elif kind == "chase":
            number = sum(visit.overdue_visits.values())
    made = Task(
        case=case.number,
        kind=kind,
        number=number,
        group=group,
        opened_at=now,
        since=since,
        due=due(kind, case, now),
        token=token,
    )
    known = case.tasks.get(made.key)
    if known is None:
        return made
    kept: dict[str, object] = {"opened_at": known.opened_at, "taken_by": known.taken_by}
    if known.group == LEADERS:
        kept["group"] = LEADERS
    return made.model_copy(update=kept)


# --- time is up


def overdue(kind: TaskKind, case: Case, now: datetime) -> tuple[list[f.Fact], str]:
    """What it means that a task was not done in its time: the facts, and how it goes on."""
    said = {"on": now, "by": WORKFLOW, "means": "workflow"}
    if case.kind == "consent":
        call = 1 if kind == "first_call" else 2
        rule = "DL-08" if call == 1 else "DL-09"
        facts: list[f.Fact] = []
        if call not in case.consent.overdue:
            facts.append(f.CallOverdue(**said, call=call, rule=rule))
        if call == 1 and now < case.consent.window_ends:
            return facts, "again"
        return [*facts, f.Lapsed(**said)], "unconfirmed"
    visit = case.visit
    late = f.TaskOverdue(**said, task=kind, rule=t.kinds()[kind].rule)
    match kind:
        case "refusal":
            return [late, f.RefusalTold(**said, rule=visit.refusals[0].rule, told=False)], "told"
        case "phone_first":
            return [late, f.TargetPhoned(**said, outcome="not_called")], "no_answer"
        case "offer":
            assert visit.open_offer
            ended = f.OfferEnded(**said, offer=visit.open_offer.number, outcome="silent")
            return [ended], "declined"
        case "find_help":
            if visit.round not in visit.help_overdue:
                return [f.HelpOverdue(**said, round=visit.round)], "again"
            if visit.round < visit.escalation.max_rounds:
                return [f.RoundBegun(**said, round=visit.round + 1)], "retry"
            return [
                late,
                f.GivenUp(**said, why="手配できる担当者が見つかりませんでした。"),
            ], "give_up"
        case "visit":
            assert visit.going
            number = visit.going.number
            if visit.overdue_visits.get(number, 0) > len(visit.extended.get(number, ())):
                return [], "late"  # a workflow begun anew: it was said, and nobody has asked yet
            return [f.VisitOverdue(**said, offer=number)], "late"
        case "chase":
            # Nobody asked where the responder is: they keep the visit a while, not for ever.
            assert visit.going
            number = visit.going.number
            if len(visit.extended.get(number, ())) >= visit.escalation.max_rounds:
                ended = f.OfferEnded(**said, offer=number, outcome="withdrawn", why=NO_WORD)
                return [late, ended, f.GivenUp(**said, why=NO_WORD, went=True)], "give_up"
            minutes = visit.escalation.visit_minutes
            return [late, f.WaitLonger(**said, offer=number, minutes=minutes)], "wait"
        case _:
            return [late], "again"


# --- answers


def facts_of(
    kind: TaskKind, answer: t.Answer, case: Case, by: str, means: f.Means, now: datetime
) -> list[f.Fact]:
    """What an answer means. (Who was found by hand is the desk's to add: it must be engaged.)"""
    said = {"on": now, "by": by, "means": means}
    match answer:
        case t.CallAnswer():
            call = 1 if kind == "first_call" else 2
            return [
                f.Called(
                    **{**said, "on": answer.called_at or now},
                    call=call,
                    rule="DL-13" if answer.outcome == "refused" else t.kinds()[kind].rule,
                    outcome=answer.outcome,
                    number=answer.number,
                    said=answer.said,
                    recorded_at=now,
                )
            ]
        case t.RefusalAnswer(outcome="told"):
            rule = case.visit.refusals[0].rule
            return [f.RefusalTold(**said, rule=rule, said=answer.reason)]
        case t.RefusalAnswer():
            of = tuple(refusal.rule for refusal in case.visit.refusals)
            return [f.Overridden(**said, reason=answer.reason, of=of)]
        case t.PhoneAnswer():
            return [f.TargetPhoned(**said, **answer.model_dump())]
        case t.OfferAnswer():
            assert case.visit.open_offer
            number = case.visit.open_offer.number
            if answer.outcome == "accepted":
                return [f.Accepted(**said, offer=number)]
            return [f.OfferEnded(**said, offer=number, outcome="declined", why=answer.why)]
        case t.HelpAnswer(outcome="retry"):
            return [f.RoundBegun(**said, round=case.visit.round + 1, why=answer.why)]
        case t.HelpAnswer(outcome="give_up") | t.ChaseAnswer(outcome="give_up"):
            going = case.visit.going
            ended = (
                [f.OfferEnded(**said, offer=going.number, outcome="withdrawn", why=answer.why)]
                if going
                else []
            )
            return [*ended, f.GivenUp(**said, why=answer.why, went=going is not None)]
        case t.HelpAnswer():
            return []  # the desk adds who goes
        case t.VisitAnswer(outcome="reported"):
            assert case.visit.going
            assert answer.report
            pictures = {"signature": answer.signature_png, "photo": answer.photo_jpeg}
            return [
                f.Visited(
                    **said,
                    offer=case.visit.going.number,
                    report=answer.report,
                    images=tuple(name for name, content in pictures.items() if content),
                )
            ]
        case t.VisitAnswer():
            assert case.visit.going
            number = case.visit.going.number
            return [f.OfferEnded(**said, offer=number, outcome="broken_off", why=answer.why)]
        case t.ChaseAnswer(outcome="wait"):
            assert case.visit.going
            number = case.visit.going.number
            return [f.WaitLonger(**said, offer=number, minutes=answer.minutes, why=answer.why)]
        case t.ChaseAnswer():
            assert case.visit.going
            number = case.visit.going.number
            return [f.OfferEnded(**said, offer=number, outcome="withdrawn", why=answer.why)]
        case t.RecallAnswer():
            told = f.Recalled(**said, outcome=answer.outcome, said=answer.said)
            going = case.visit.going
            if answer.outcome == "too_late" or going is None:
                return [told]
            assert case.visit.consent_ended
            rule, why = case.visit.consent_ended.rule, case.visit.consent_ended.why
            back = f.OfferEnded(**said, offer=going.number, outcome="withdrawn", why=why)
            return [told, back, f.Cancelled(**said, rule=rule, why=why)]
        case t.TellAnswer():
            return [f.ContractorTold(**said, **answer.model_dump())]
        case _:
            raise TypeError(f"no facts for {type(answer).__name__}")
