"""What others learn of a contract: its entitlements in the directory, notices to its people."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from iot.kinds import Group
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.app_access import FOREVER, Window, app_windows
from lambdas.billing.contract.entitlements import features, waits_for_partner
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import first_charge
from lambdas.billing.invoicing.claims import Stage
from lambdas.billing.invoicing.deadlines import payment_due
from lambdas.billing.products.regions import region_of
from lambdas.billing.products.terms import Limit
from lambdas.shared.calendar import Month, in_japan, start_of
from lambdas.shared.events import Contractor, Notice, NoticeKind, Sentence
from lambdas.shared.household import Contract, ContractContact, DispatchPrice

GROUPS_OF_EQUIPMENT: Mapping[str, Group] = {
    "smart_camera": "camera",
    "controller": "controller",
}
"""The group of devices that a name in the catalogue's limits stands for."""

CONTACTS = "emergency_contact"
"""What the catalogue's limits call somebody who is phoned in an emergency (AL-92)."""

CONTACT_KEPT = timedelta(days=180)
"""How long after the end of a contract its contractor can be written to: the last invoice, what was
not returned, a claim."""

TOLD: dict[str, NoticeKind] = {
    "applied": NoticeKind("contract.applied"),
    "accepted": NoticeKind("contract.accepted"),
    "refused": NoticeKind("contract.refused"),
    "started": NoticeKind("contract.started"),
    "paused": NoticeKind("contract.paused"),
    "pause_extended": NoticeKind("contract.pause_extended"),
    "resumed": NoticeKind("contract.resumed"),
    "suspended": NoticeKind("contract.suspended"),
    "suspension_lifted": NoticeKind("contract.suspension_lifted"),
    "cancel_accepted": NoticeKind("contract.cancelled"),
    "terminated": NoticeKind("contract.terminated"),
    "service_ended": NoticeKind("contract.service_ended"),
    "payment_failed": NoticeKind("contract.payment_failed"),
    "payment_reminder": NoticeKind("contract.payment_reminder"),
    "repair_asked": NoticeKind("contract.repair_asked"),
    "migration_offered": NoticeKind("contract.migration_offered"),
    "migrated": NoticeKind("contract.migrated"),
    "installation_planned": NoticeKind("contract.installation_planned"),
    "watcher_left": NoticeKind("contract.pays_directly"),
}
"""The facts of which the contractor is told, and the notice for it."""

TOLD_OF_CLAIMS: dict[Stage, NoticeKind] = {
    "applied": NoticeKind("contract.claim_applied"),
    "approved": NoticeKind("contract.claim_approved"),
    "denied": NoticeKind("contract.claim_denied"),
    "paid": NoticeKind("contract.claim_paid"),
}


def open_windows(history: History) -> list[Window]:
    """When the service runs for the people of the home, the future included."""
    if history.payment(history.facts[-1].day) == "in_app":
        return app_windows(history)
    turns = history.states()
    ends = [start_of(turn.first) for turn in turns[1:]]
    windows = [
        Window(start_of(turn.first), end)
        for turn, end in zip(turns, [*ends, FOREVER], strict=True)
        if turn.state in ("trial", "active")
    ]
    joined: list[Window] = []
    for window in windows:
        if joined and joined[-1].end == window.start:
            window = Window(joined.pop().start, window.end)
        joined.append(window)
    return joined


def entitlement(history: History, now: datetime) -> Contract | None:
    """What a contract entitles its home to, in the time that runs now or else begins next.

    Pauses, suspensions and ends shut it to the instant, whenever the next run comes.
    """
    now = in_japan(now)
    windows = open_windows(history) if history.facts else []
    window = next((w for w in windows if now < w.end), None)
    if window is None:
        return None
    moment = max(window.start, now)
    limits = history.terms(moment.date()).limits
    may: set[str] = {"partner-registration"} if waits_for_partner(history, moment) else set()
    return Contract.model_validate(
        {
            "id": history.contract.id,
            "product": history.contract.product,
            "features": features(history, moment) | may,
            "limits": _device_limits(limits),
            "contacts": next((one.at_most for one in limits if CONTACTS in one.of), None),
            "dispatch": dispatch_price(history, moment.date()),
            "centre": region_of(history.contract.prefecture),
            "starts": window.start,
            "ends": None if window.end == FOREVER else window.end,
        }
    )


def dispatch_price(history: History, day: date) -> DispatchPrice | None:
    """What a dispatch at the customer's request costs on a day (AL-23, AL-24, AL-77). None where
    nobody is sent for that (AL-71)."""
    terms = history.terms(day).dispatch
    if terms is None or terms.request is None or "request" in terms.never:
        return None
    yen = terms.request.on(history.catalogue.tax(day))
    free = "after_acceptance" in terms.free_when.names
    return DispatchPrice(
        yen=yen,
        rule=terms.request.rule,
        called_off_yen=0 if free else yen,
        called_off_rule=terms.free_when.rule,
    )


def _device_limits(limits: Iterable[Limit]) -> dict[Group, int]:
    """How many devices of each group the terms allow, where they say so."""
    found: Counter[Group] = Counter()
    for limit in limits:
        names = GROUPS_OF_EQUIPMENT.keys() & set(limit.of)
        for group in {GROUPS_OF_EQUIPMENT[name] for name in names}:
            found[group] += limit.at_most
    return dict(found)


def contact_of(agreement: Agreement) -> ContractContact | None:
    """Whom mails about a contract go to, also before and after it has a home in the directory. None
    when there is no address."""
    to = agreement.contractor
    if not to.email:
        return None
    return ContractContact(contract=agreement.id, person=to.id, name=to.name, email=to.email)


def contact_expires(history: History) -> datetime | None:
    """When the contact of a contract that is over may be forgotten. None while it is not over."""
    over = history.refused or (history.end.on if history.end else None)
    if over is None:
        return None
    return start_of(max(over, history.facts[-1].day) + CONTACT_KEPT)


def notice(
    agreement: Agreement,
    history: History,
    kind: NoticeKind,
    id: str,
    rule: str,
    at: datetime,
    *,
    payer: str = "",
    **values: object,
) -> Notice | None:
    """A notice to the contractor, and to nobody else (HT-78). None when there is no address.

    With a ``payer``, the contract that this one is billed with, it goes to who pays: one for all
    that are paid together (AL-09)."""
    if not agreement.contractor.email and not payer:
        return None
    name = history.product.name
    product = Sentence(ja=name.get("ja", ""), en=name.get("en", ""))
    said = {k: v if isinstance(v, Sentence) else str(v) for k, v in values.items() if v is not None}
    return Notice(
        id=f"{payer}/joint/{kind}/{values.get('month')}" if payer else f"{agreement.id}/{id}",
        kind=kind,
        rule=rule,
        at=at,
        audience=Contractor(contract=payer or agreement.id),
        home=agreement.home,
        subject=payer or agreement.id,
        values={"product": product, **said},
    )


def notice_of(
    agreement: Agreement, history: History, fact: f.Fact, *, is_lead: bool = False
) -> Notice | None:
    """What the contractor is told of a fact, if anything. Never the ground of a refusal (HT-16).
    Of money that is asked for jointly the payer is told, once (AL-09)."""
    kind = TOLD.get(getattr(fact, "event", ""))
    if kind is None:
        return None
    values: dict[str, object] = {"day": fact.day}
    if kind == "contract.applied" and (first := first_charge(history)):
        values |= {"first_month": first.month, "first_amount": f"{first.amount:,}"}
    if kind == "contract.accepted" and "handing_over" in history.terms(fact.day).statements:
        users = "、".join(w.name for w in agreement.watchers)
        invited = None if agreement.contractor.id else "yes"  # who has a login needs no password
        values |= {"app": "yes", "users": users or None, "invited": invited}
    if isinstance(fact, f.Accepted | f.InstallationPlanned):
        values["install_by"] = history.install_by
    if isinstance(fact, f.InstallationPlanned):
        values["wished"] = fact.wished.date() if fact.wished else None
        values["urgent"] = "yes" if fact.wish == "urgent" else None
    if isinstance(fact, f.Migrated):
        values["from"] = Month.of(fact.day).plus(1).first
    if isinstance(fact, f.Suspended) and fact.cure_by:
        values["cure_by"] = fact.cure_by
    if isinstance(fact, f.WatcherLeft):
        following = Month.of(fact.day).plus(1)
        if history.payment(fact.day) != "in_app" or history.payment(following.first) == "in_app":
            return None
        values["month"] = following
    if kind in ("contract.paused", "contract.pause_extended"):
        pause = next((p for p in reversed(history.pauses) if p.start <= fact.day), None)
        if pause:
            values |= {"until": pause.end, "resumes": pause.resumes}
    if isinstance(fact, f.CancelAccepted | f.Terminated | f.ServiceEnded) and history.end:
        values |= {"ends_on": history.end.on, "return_by": history.return_by}
        values["stickers"] = "、".join(history.custody.stickers) or None
    if isinstance(fact, f.PaymentReminder):
        values["month"] = fact.month
        terms = history.terms(fact.month.last).collection
        values["stops"] = terms.suspension.after(fact.day)
    if isinstance(fact, f.PaymentFailed):
        values["month"] = fact.month
        values["due"] = payment_due(history, fact.month)
    payer = ""
    if isinstance(fact, f.PaymentReminder | f.PaymentFailed):
        payer = history.lead(fact.month) or (agreement.id if is_lead else "")
    name = f"fact/{fact.key}"
    return notice(agreement, history, kind, name, fact.rule, fact.on, payer=payer, **values)
