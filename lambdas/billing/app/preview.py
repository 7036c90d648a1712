"""A contract's money, dates and states, computed forward: what `POST /billing/preview` answers.

    python -m lambdas.billing.app.preview FILE        (- reads standard input)

reads one JSON object and prints one. What the rules forbid is answered with the rule, and exit
status 2.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lambdas.billing.contract.app_access import app_windows
from lambdas.billing.contract.contract import Contract, Watcher
from lambdas.billing.contract.facts import AnyFact, Payment
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.invoices import Invoice, invoices
from lambdas.billing.products.catalogue import ONLY_PLAN, Catalogue, standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Prefecture
from lambdas.shared.calendar import Month

LONGEST = 1200
"""Months from the first event on."""


class PreviewRequest(BaseModel):
    """What to preview."""

    model_config = ConfigDict(extra="forbid")

    product: str
    plan: str | None = None
    payment: Payment = "bank_transfer"
    watchers: tuple[Watcher, ...] = ()
    prefecture: Prefecture | Literal[""] = ""
    parameters: dict[str, int | str | tuple[str, ...]] = {}
    timeline: tuple[AnyFact, ...] = Field(min_length=1, max_length=1000)
    through: Month

    @model_validator(mode="after")
    def _not_for_ever(self) -> "PreviewRequest":
        first = min(Month.of(fact.day) for fact in self.timeline)
        if self.through.since(first) > LONGEST:
            raise ValueError(f"a preview has {LONGEST} months at most")
        return self


def preview(request: PreviewRequest, catalogue: Catalogue) -> dict[str, Any]:
    """The answer. Forbidden when the timeline breaks a rule."""
    contract = Contract(
        product=request.product,
        plan=request.plan or ONLY_PLAN,
        payment=request.payment,
        watchers=request.watchers,
        prefecture=request.prefecture,
        facts=request.timeline,
    )
    history = History(contract, catalogue.with_parameters(request.product, request.parameters))
    made = invoices(history, request.through)
    answer: dict[str, Any] = {
        "invoices": [_shown(one) for one in made],
        "total": sum(one.total for one in made),
        "state": [{"from": str(s.first), "state": s.state} for s in history.states()],
        "ends_on": str(history.end.on) if history.end else None,
        "return_by": str(history.return_by) if history.return_by else None,
    }
    if request.payment == "in_app":
        answer["app_access"] = [
            {
                "watcher": watcher.id,
                "from": window.start.isoformat(),
                "to": window.end.isoformat(),
            }
            for watcher in request.watchers
            for window in app_windows(history)
        ]
    return answer


def answer(document: Any, catalogue: Catalogue | None = None) -> tuple[dict[str, Any], int]:
    """The answer to a JSON document, and the exit status."""
    try:
        return preview(PreviewRequest.model_validate(document), catalogue or standard()), 0
    except Forbidden as forbidden:
        return _error(forbidden.rule, forbidden.detail), 2
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return _error(None, told), 2
    except (OverflowError, ValueError) as error:
        return _error(None, f"a date is too far away: {error}"), 2


def _shown(invoice: Invoice) -> dict[str, Any]:
    return {
        "month": str(invoice.month),
        "lines": [
            {"item": line.item, "amount": line.amount, "rule": line.rule} for line in invoice.lines
        ],
        "total": invoice.total,
        "tax": invoice.tax,
    }


def _error(rule: str | None, detail: str) -> dict[str, Any]:
    return {"error": {"rule": rule, "detail": detail}}


def main(arguments: list[str]) -> int:
    """The command line."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m lambdas.billing.app.preview FILE\n")
        return 2
    try:
        source = arguments[0]
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        told, status = answer(json.loads(text))
    except (OSError, ValueError) as error:
        told, status = _error(None, str(error)), 2
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
