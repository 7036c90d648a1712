"""Consents and home checks as they are told to the pure core."""

from datetime import UTC, datetime
from typing import Any

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from tests.dispatch import facts as f

PLACE = Place(latitude=35.68, longitude=139.76)
HANAKO = f.Contact(person="p-1", name="花子", email="h@f.example", phone="090", address="大阪")
UMEKO = f.Target(name="見守 梅子", relation="parent", phone="03-1", address="東京", place=PLACE)
SEEN: dict[str, Any] = {"intercom": "ok", "meter": "ng", "lights": "unclear", "mailbox": "ok"}
ABSENT = f.Report(**SEEN, at_home=False, memo_left=True)
AT_HOME = f.Report(**SEEN, at_home=True, explained=True, signed=True, copy_given=True)


def jst(text: str) -> datetime:
    """A moment in Japan: ``2026-12-03T11:20``."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)


NOON = jst("2026-12-20T12:00")


def said(at: str | datetime, by: str = "sato", means: str = "desk") -> dict[str, Any]:
    """When, by whom, by which means."""
    return {"on": jst(at) if isinstance(at, str) else at, "by": by, "means": means}


def registered(at: str = "2026-12-01T10:00") -> f.Registered:
    """Umeko was registered."""
    about = {"contract": "c-1", "home": "h-1", "home_name": "梅子の家", "terms": "2026-04"}
    return f.Registered(**said(at, "p-1", "app"), **about, contractor=HANAKO, target=UMEKO)


def called(call: int, at: str, outcome: str = "no_answer") -> f.Called:
    """A consent call."""
    return f.Called(**said(at), call=call, outcome=outcome, number="03-1", recorded_at=jst(at))  # type: ignore[arg-type]


def consent(*facts: f.Fact, at: str = "2026-12-01T10:00") -> Case[Any]:
    """The case of a consent."""
    return Case("CN-20261201-0001", CONSENT, 1, (registered(at), *facts))  # type: ignore[arg-type]


def requested(**changes: Any) -> f.Requested:
    """A home check was asked for: nothing against it."""
    asked = f.Requested(
        **said(NOON, "sato", "phone"),
        contract="c-1",
        home="h-1",
        home_name="梅子の家",
        contractor=HANAKO,
        caller=f.Caller(name="花子", relation="self"),
        entitled=True,
        consent="granted",
        target=UMEKO,
        frequent=False,
        escalation=f.Escalation(),
    )
    return asked.model_copy(update=changes)


def offered(number: int = 1, *, round: int = 1, by_hand: bool = False) -> f.Offered:
    """Somebody was asked to go, to be there twenty minutes later."""
    who = f"r-{number}"
    return f.Offered(
        **said(NOON, "workflow", "workflow"),
        offer=number,
        round=round,
        responder=who,
        name=f"担当{number}",
        arrives_at=jst("2026-12-20T12:20"),
        travel_seconds=1200,
        by_hand=by_hand,
    )


def accepted(number: int = 1) -> f.Accepted:
    """They go."""
    return f.Accepted(**said(NOON, f"r-{number}", "mobile"), offer=number)


def consent_ended() -> f.ConsentEnded:
    """The resident stopped it meanwhile."""
    why = "お住まいの方から停止のご要請がありました。"
    return f.ConsentEnded(**said(NOON, "workflow", "workflow"), rule="DL-34", why=why)


def cancelled(number: int = 1) -> list[f.Fact]:
    """It was called off while somebody was on the way."""
    when, why = said("2026-12-20T12:10"), "連絡がついた"
    ended = f.OfferEnded(**when, offer=number, outcome="withdrawn", why=why)
    return [ended, f.Cancelled(**when, rule="DL-34", why=why)]


def asked_again(note: str = "") -> f.AskedAgain:
    """Somebody else asked for the same."""
    caller = f.Caller(name="次郎", relation="child")
    return f.AskedAgain(**said(NOON, "sato", "phone"), caller=caller, note=note)


def emergency() -> f.Emergency:
    """Somebody lies on the floor."""
    about = {"authority": "119", "called_by": "responder", "said": "玄関から倒れている人が見えます"}
    return f.Emergency(**said(NOON, "r-1", "mobile"), **about, called_at=NOON)


def visited(report: f.Report = ABSENT) -> f.Visited:
    """They were there."""
    return f.Visited(**said("2026-12-20T12:40", "r-1", "mobile"), offer=1, report=report)


def visit(*facts: f.Fact, **request: Any) -> Case[Any]:
    """The case of a home check."""
    return Case("HC-20261220-0001", HOME_CHECK, 1, (requested(**request), *facts))  # type: ignore[arg-type]
