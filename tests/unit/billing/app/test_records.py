"""A contract out of its rows, as they are stored now and as they were once."""

from typing import Any

from bench.billing import HEAD
from lambdas.billing.app.records import IssuedList, fact_row, invoice_row, issued_mark, records
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.invoicing.invoices import Invoice
from lambdas.shared.calendar import Month
from tests.unit.billing.book import at

AGREEMENT = Agreement(
    id="c-1", product="doshiteru", home="h-1", home_name="家", contractor=Person(name="花子")
)


def rows(**beside: Any) -> list[dict[str, Any]]:
    body = AGREEMENT.model_dump_json(exclude_defaults=True)
    began = fact_row("c-1", f.Started(on=at("2026-05-10")))
    return [{"pk": "SHARD#00", "sk": "c-1#A", "version": 2, "body": body, **beside}, began]


def invoice(month: int, total: int) -> Invoice:
    return Invoice(Month(2026, month), (), total, 0)


def seen(*found: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    (record,) = records(found)
    return [(one.name, one.total, one.known, one.payment) for one in record.issued]


def test_invoices_stand_beside_the_contract_in_the_order_of_their_months() -> None:
    marks = [issued_mark(invoice(7, 4378), "card", 3), issued_mark(invoice(6, 49_500), "card", 2)]
    found = rows(issued="|".join(marks))
    assert seen(*found) == [("2026-06", 49_500, 2, "card"), ("2026-07", 4378, 3, "card")]
    (record,) = records(found)
    assert record.marks == "|".join(marks)
    assert record.issued[-1].month == Month(2026, 7)
    assert [one.name for one in record.issued[:1]] == ["2026-06"]
    kept = {month: record.invoice_of(Month(2026, month)) for month in (5, 6, 7, 8)}
    assert [month for month, one in kept.items() if one] == [6, 7]


def test_invoices_are_found_wherever_they_were_stored_once() -> None:
    old = invoice_row("c-1", invoice(5, 100), "card", at("2026-06-01"), 1, HEAD)
    row = {**old, "pk": "SHARD#00", "sk": "c-1#I#2026-05"}
    attributes = {"i#2026-06": "200 1 card", "i#2026-07": "300 1 bank_transfer"}
    others = {"published": "-", "card": "-", "leads": True}
    found = rows(issued="2026-08 400 2 card", **attributes, **others)
    assert [(name, total) for name, total, *_ in seen(*found, row)] == [
        *(("2026-05", 100), ("2026-06", 200)),
        *(("2026-07", 300), ("2026-08", 400)),
    ]


def test_a_contract_without_an_invoice_has_none() -> None:
    assert seen(*rows()) == []
    assert list(IssuedList([], dict)) == []
