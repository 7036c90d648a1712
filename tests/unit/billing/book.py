"""Short ways to write a contract down and ask what it costs."""

from datetime import date, datetime
from typing import Any

from lambdas.billing.app.preview import answer
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.history import History
from lambdas.billing.products.catalogue import standard
from lambdas.shared.calendar import in_japan

Event = dict[str, Any]
DAY = date.fromisoformat


def on(day: str, event: str, **more: Any) -> Event:
    """An event of a timeline."""
    return {"on": day, "event": event, **more}


def at(text: str) -> datetime:
    """An instant, in Japan unless it says otherwise."""
    return in_japan(datetime.fromisoformat(text))


INSTALLED = on("2026-08-03", "installed", sensors=1, wifi_router=1)
STARTED = on("2026-08-10", "started")
RUNNING = [INSTALLED, STARTED]
"""A ドシテル that runs since 10 August 2026."""


def preview(
    *timeline: Event, product: str = "doshiteru", through: str = "2027-12", **more: Any
) -> dict[str, Any]:
    """What the preview answers to what the rules allow."""
    if product == "doshiteru":
        more.setdefault("plan", "purchase_no_internet")
    told, status = answer(
        {"product": product, "timeline": list(timeline), "through": through, **more}
    )
    assert status == 0, told
    return told


def forbidden_by(*timeline: Event, product: str = "doshiteru", **more: Any) -> str | None:
    """The rule that forbids a timeline."""
    if product == "doshiteru":
        more.setdefault("plan", "purchase_no_internet")
    request = {"product": product, "timeline": list(timeline), "through": "2027-12", **more}
    told, status = answer(request)
    assert status == 2, told
    assert told["error"]["detail"]
    rule: str | None = told["error"]["rule"]
    return rule


def totals(*timeline: Event, **more: Any) -> dict[str, int]:
    """The totals of the months with an invoice."""
    return {one["month"]: one["total"] for one in preview(*timeline, **more)["invoices"]}


def lines(*timeline: Event, month: str, **more: Any) -> dict[str, int]:
    """The lines of a month's invoice: amounts by item."""
    made = preview(*timeline, **more)["invoices"]
    found: dict[str, int] = {}
    for line in (line for one in made if one["month"] == month for line in one["lines"]):
        found[line["item"]] = found.get(line["item"], 0) + line["amount"]
    return found


def history(*timeline: Event, product: str = "doshiteru", **more: Any) -> History:
    """The history of a contract."""
    if product == "doshiteru":
        more.setdefault("plan", "purchase_no_internet")
    contract = Contract.model_validate({"product": product, "facts": list(timeline), **more})
    return History(contract, standard())
