"""What a contract entitles to at an instant. The directory tells the other contexts."""

from datetime import datetime

from lambdas.billing.contract.history import History
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import day_of

RUNNING = ("trial", "active")

WHY_NOT = {
    "paused": ("HT-45", "the service is paused (休止中)"),
    "suspended": ("HT-33", "the service is suspended"),
    "ended": ("HT-40", "the contract has ended"),
    "refused": ("HT-13", "there is no contract"),
}


def features(history: History, now: datetime) -> frozenset[str]:
    """The services one may use at an instant."""
    known = history.terms(day_of(now)).entitlements if history.start else ()
    return frozenset(e.feature for e in known if entitled(history, e.feature, now))


def waits_for_partner(history: History, now: datetime) -> bool:
    """Whether the contract would include more once the customer registered with the partner
    (DC-31)."""
    if history.state(now) not in RUNNING or history.start is None:
        return False
    if history.partner_registered and history.partner_registered <= now:
        return False
    day = day_of(now)
    known = history.terms(day).entitlements
    return any(e.needs == "partner_registration" and (e.opens or day) <= day for e in known)


def entitled(history: History, feature: str, now: datetime) -> bool:
    """Whether one may use a service at an instant."""
    try:
        require(history, feature, now)
    except Forbidden:
        return False
    return True


def require(history: History, feature: str, now: datetime) -> None:
    """Forbidden, with the rule, when one may not use a service at an instant."""
    state = history.state(now)
    if state not in RUNNING:
        raise Forbidden(*WHY_NOT.get(state or "", ("HT-21", "the service has not begun")))
    day = day_of(now)
    known = history.terms(day).entitlements
    found = next((e for e in known if e.feature == feature), None)
    if found is None:
        rule = known[0].rule if known else "G-06"
        raise Forbidden(rule, f"{history.product.id} does not include {feature}")
    if found.opens and day < found.opens:
        raise Forbidden("DC-01", f"{feature} begins on {found.opens}")
    registered = history.partner_registered
    if found.needs == "partner_registration" and (registered is None or now < registered):
        raise Forbidden(found.rule, f"{feature} needs a registration with the partner")
    if found.option and not history.has_option(found.option, now):
        raise Forbidden(found.rule, f"{feature} needs the option {found.option}")
