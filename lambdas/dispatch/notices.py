"""Who is told what of a case. The words are in lambdas/notify/catalogue/home_check.yaml."""

from collections.abc import Sequence
from datetime import datetime

from lambdas.dispatch import facts as f
from lambdas.dispatch.audit import Finding
from lambdas.dispatch.case import Case
from lambdas.dispatch.tasks import kinds
from lambdas.dispatch.visit import Result
from lambdas.shared.events import Contractor, Notice, NoticeKind, Sentence, StaffGroup

Values = dict[str, str | int | Sentence]

ABOUT_CONSENT: dict[f.ConsentState, tuple[NoticeKind, str]] = {
    "pending": (NoticeKind("home_check.consent_asked"), "DL-14"),
    "granted": (NoticeKind("home_check.consent_granted"), "DL-11"),
    "refused": (NoticeKind("home_check.consent_refused"), "DL-13"),
    "unconfirmed": (NoticeKind("home_check.consent_unconfirmed"), "DL-12"),
    "stopped": (NoticeKind("home_check.consent_stopped"), "DL-34"),
    "replaced": (NoticeKind("home_check.consent_replaced"), "DL-05"),
}
ABOUT_VISIT: dict[Result, tuple[NoticeKind, str]] = {
    "at_home": (NoticeKind("home_check.visit_result"), "DL-20"),
    "absent": (NoticeKind("home_check.visit_result"), "DL-20"),
    "by_phone": (NoticeKind("home_check.visit_result"), "DL-26"),
    "refused": (NoticeKind("home_check.visit_refused"), "DL-35"),
    "cancelled": (NoticeKind("home_check.visit_cancelled"), "DL-34"),
    "impossible": (NoticeKind("home_check.visit_impossible"), "DL-20"),
}


def contractor_notice(case: Case) -> Notice | None:
    """What the contractor is told of where a case stands. None while there is nothing to tell."""
    first = case.facts[0]
    assert isinstance(first, f.Registered | f.Requested)
    if isinstance(first, f.Registered):
        kind, rule = ABOUT_CONSENT[case.consent.state]
        values: Values = {"target": first.target.name, **_days(case)}
    else:
        result = case.visit.result
        if result is None:
            return None
        kind, rule = ABOUT_VISIT[result]
        values = {
            "target": first.target.name if first.target else "",
            "result": result,
            **_details(case),
        }
    return Notice(
        id=f"{case.number}/{kind.rpartition('.')[2]}",
        kind=kind,
        rule=rule,
        at=case.last_at,
        audience=Contractor(contract=first.contract),
        home=first.home,
        subject=case.number,
        values=values,
    )


def _days(case: Case) -> dict[str, str]:
    """Until when consent is asked for, and when the resident said what."""
    consent = case.consent
    match consent.state:
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


def _details(case: Case) -> Values:
    """What was seen at the door, or why nobody could look."""
    visit = case.visit
    said: Values = {}
    if visit.visited:
        report = visit.visited.report
        said = {check: getattr(report, check) for check in CHECKS}
        said |= {"visited_at": visit.visited.on.isoformat(), "note": report.note}
    if visit.phoned and visit.phoned.outcome != "not_called":
        said["phoned_at"] = visit.phoned.on.isoformat()
    if visit.given_up:
        said |= {"why": visit.given_up.why, "went": "yes" if visit.given_up.went else ""}
    if visit.cancelled:
        said["why"] = visit.cancelled.why
    if visit.refusals:
        said["grounds"] = Sentence(
            ja="\n".join(ground.why.ja for ground in visit.refusals),
            en="\n".join(ground.why.en for ground in visit.refusals),
        )
    return said


CHECKS = ("intercom", "meter", "lights", "mailbox")
"""What is looked at from outside (DL-17, A-40)."""


def breach(case: Case, fact: f.Fact) -> Notice:
    """Staff learns that something was not done in its time."""
    event = getattr(fact, "event", "")
    what = str(getattr(fact, "task", getattr(fact, "call", getattr(fact, "why", ""))))
    return Notice(
        id=f"{case.number}/{event}/{what}/{fact.on.isoformat()}",
        kind=NoticeKind("home_check.staff_breach"),
        rule=str(getattr(fact, "rule", "G-07")),
        at=fact.on,
        audience=StaffGroup(group="dispatch"),
        subject=case.number,
        urgent=True,
        values={"event": event, "what": kinds()[what].title if what in kinds() else what},
    )


def audit_notice(found: Sequence[Finding], now: datetime) -> Notice:
    """Staff learns what the audit found, and that it set it going again."""
    return Notice(
        id=f"audit/{now.isoformat()}",
        kind=NoticeKind("home_check.staff_audit"),
        rule="G-07",
        at=now,
        audience=StaffGroup(group="dispatch"),
        subject=found[0].case,
        urgent=True,
        values={"found": "\n".join(f"{one.case} {one.wrong}" for one in found)},
    )


RESULTS: dict[Result, tuple[str, str]] = {
    "at_home": ("ご在宅を確認しました。", "Somebody was at home."),
    "absent": ("ご在宅を確認できませんでした。", "We could not confirm that anybody was at home."),
    "by_phone": (
        "お電話でご在宅を確認しました。",
        "We confirmed by telephone that the person was at home.",
    ),
    "refused": ("ご依頼をお受けできませんでした。", "We could not accept the request."),
    "cancelled": ("在宅確認を中止しました。", "The home check was called off."),
    "impossible": ("お伺いできませんでした。", "We could not go there."),
}
"""Presence, and nothing about how anybody is (在宅の有無: DL-21)."""
