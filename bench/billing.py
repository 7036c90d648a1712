"""`python -m bench.billing [--contracts 1000000]`: the monthly run, all but AWS.

Contracts with histories as they happen (pauses, cancellations, relocations, failed payments; up to
two years of invoices) go through what the monthly function does with each: its rows are read, the
rules are asked, the invoice is made and written as a row. What the SDK does between rows and the
wire is in it: JSON, botocore's parser, types; not HTTP, signatures and retries. ``--distinct``
contracts are generated and gone through again and again until there are enough: memory tells of
leaks, not of a stock that grows. Prints contracts a second on one core (of processor time, which
other work on the machine disturbs less; and by the clock), memory, and what a
run over a million contracts costs by the requests counted here. Of collecting the money it counts
only that all rows are read a second time.
"""

import argparse
import gc
import json
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import botocore.session
from boto3.dynamodb.types import TypeDeserializer
from botocore.parsers import create_parser

from lambdas.billing.app.records import fact_row, invoice_row, issued_mark, records
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice import Head, Issuer, Party, Settlement
from lambdas.billing.invoicing.invoices import invoices
from lambdas.billing.invoicing.monthly import invoice_for
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws.dynamo import serialize
from lambdas.shared.calendar import Month, start_of

MONTH = Month(2026, 10)
PORTION = 2000
HEAD = Head(
    customer=Party(name="山田 花子", postal_code="", address=("大阪府大阪市北区見守三丁目1番3号",)),
    issuer=Issuer(
        name="みまもりサービス株式会社",
        postal_code="100-0000",
        address=("東京都千代田区見守一丁目2番3号",),
        registration="T7123456789012",
        phone="0120-000-000",
    ),
    settlement=Settlement("クレジットカード", "", "お支払日", date(2026, 11, 1)),
)
MILLION = 1_000_000
KIB, PAGE = 1024, 1024 * 1024
BATCH_CONTRACTS, BATCH_GIB = 2000, 1769 / 1024
LEFT_OUT = "collecting's time, its rows of debits and results, KMS, files, and events"
PUT_SECONDS = 0.005
"""What DynamoDB takes to write an invoice, one after the other: assumed, and generous."""

MIX = (  # product, plan, payment, share
    ("doshiteru", "purchase_no_internet", "card", 20),
    ("doshiteru", "purchase_internet", "bank_transfer", 15),
    ("doshiteru", "rental_no_internet", "card", 10),
    ("doshiteru", "rental_internet", "bank_transfer", 10),
    ("anshin_partner", "standard", "card", 25),
    ("orusuban_camera", "standard", "card", 20),
)


Row = dict[str, Any]


def contract(dice: random.Random, number: int) -> tuple[list[Row], list[Row]]:
    """The rows of a contract, and those of its invoices up to the month before."""
    while True:
        try:
            return _rows(dice, f"c-{number:08}")
        except Forbidden:  # dice threw what the rules do not allow
            continue


def _rows(dice: random.Random, id: str) -> tuple[list[Row], list[Row]]:
    product, plan, payment, _ = dice.choices(MIX, [share for *_, share in MIX])[0]
    agreement = Agreement(
        id=id,
        product=product,
        plan=plan,
        payment=payment,
        home=f"home-{id}",
        home_name="実家",
        contractor=Person(id=f"person-{id}", name="山田 花子", email=f"{id}@example.jp"),
        consents=("users", "watched_person", "right_holder"),
    )
    facts = tuple(sorted(_facts(dice, product), key=lambda fact: fact.on))
    history = History(agreement.contract(facts), standard())
    rows = [
        {"pk": "", "sk": f"{id}#A", "version": 1, "body": agreement.model_dump_json()},
        *(fact_row(id, fact) for fact in facts),
    ]
    made = [(one, history.known(one.month.last)) for one in invoices(history, MONTH.plus(-1))]
    if made:
        rows[0]["issued"] = "|".join(issued_mark(one, payment, known) for one, known in made)
    papers = [
        invoice_row(id, one, payment, start_of(one.month.plus(1).first), known, HEAD)
        for one, known in made
    ]
    return rows, papers


def _facts(dice: random.Random, product: str) -> Iterator[Any]:
    start = date(2024, 10, 1) + timedelta(days=dice.randrange(720))

    def at(days: int) -> dict[str, Any]:
        return {"on": start_of(start + timedelta(days=days))}

    yield f.Applied(**at(-20) if product == "doshiteru" else at(0), first_time=dice.random() < 0.9)
    yield f.Accepted(**at(-15) if product == "doshiteru" else at(0))
    if product == "doshiteru":
        yield f.Installed(**at(-7))
        yield f.Started(**at(0))
        if dice.random() < 0.1:
            yield f.Paused(**at(60), months=dice.randint(1, 3))
        if dice.random() < 0.03:
            yield f.Relocated(**at(200))
        if dice.random() < 0.03:
            yield f.Replaced(**at(300), item="sensor", cause=dice.choice(["failure", "user"]))
    if dice.random() < 0.05:
        month = Month.of(start).plus(3)
        yield f.PaymentFailed(**at(125), month=month)
        yield f.Paid(**at(140), month=month)
    if dice.random() < 0.15:
        yield f.CancelAccepted(**at(dice.randint(150, 600)))


class Counted:
    """What a run asked of the services."""

    def __init__(self) -> None:
        self.contracts = self.invoices = self.yen = 0
        self.read_bytes = self.write_units = 0
        self.rows = 0
        self.seconds = self.cpu_seconds = self.sdk_seconds = 0.0


def answered(portion: Sequence[dict[str, Any]]) -> bytes:
    """The rows as DynamoDB answers them."""
    return json.dumps({"Items": [serialize(row) for row in portion]}).encode()


_value = TypeDeserializer().deserialize
_service = botocore.session.get_session().get_service_model("dynamodb")
_answer_of_query = _service.operation_model("Query").output_shape
_parser = create_parser("json")


def asked(answer: bytes) -> list[dict[str, Any]]:
    """What the SDK makes of an answer: JSON, held against the service's model value by value, and
    each value out of its type."""
    http = {"body": answer, "headers": {}, "status_code": 200}
    found = _parser.parse(http, _answer_of_query)["Items"]
    return [{name: _value(value) for name, value in row.items()} for row in found]


def run(answer: bytes, counted: Counted) -> None:
    """What the monthly function does with contracts, from an answer of DynamoDB to requests."""
    began, cpu = time.perf_counter(), time.process_time()
    portion, written, marks = asked(answer), [], []
    counted.sdk_seconds += time.process_time() - cpu
    for record in records(portion):
        counted.contracts += 1
        history, made = invoice_for(
            record.agreement.contract(record.facts), record.issued, MONTH, standard()
        )
        if made:
            known = history.known(MONTH.last)
            row = invoice_row(record.id, made, "card", start_of(MONTH.last), known, HEAD)
            mark = issued_mark(made, "card", known)
            counted.invoices += 1
            counted.yen += made.total
            written.append(row)
            marks.append({"issued": f"{record.marks}|{mark}"})
    sdk = time.process_time()
    for row, beside in zip(written, marks, strict=True):
        json.dumps([serialize(row), serialize(beside)])
    counted.sdk_seconds += time.process_time() - sdk
    counted.cpu_seconds += time.process_time() - cpu
    counted.seconds += time.perf_counter() - began
    counted.rows += len(portion)
    counted.read_bytes += sum(_size(row) for row in portion)
    # In a transaction each costs twice: the invoice, and its mark beside the contract.
    counted.write_units += sum(2 * -(-_size(row) // KIB) + 4 for row in written)


def _size(row: dict[str, Any]) -> int:
    """The bytes of a row, as DynamoDB counts them, nearly."""
    return sum(len(name) + len(str(value).encode()) for name, value in row.items())


class Dollars(NamedTuple):
    """US dollars for one of each, in Tokyo."""

    read_unit: float = 1.425e-07  # DynamoDB on demand; AWS price list, 2025-08-28
    write_unit: float = 7.15e-07  # the same
    gib_second: float = 1.33334e-05  # Lambda on arm64; AWS price list, 2025-10-30
    call: float = 2e-07  # Lambda; the same
    transition: float = 2.5e-05  # Step Functions, standard; its page of prices, 2024-07-01
    event: float = 1e-06  # EventBridge, custom; infracost, 2024-07-01
    message: float = 4e-07  # SQS, standard; infracost, 2024-07-01
    mail: float = 1e-04  # SES; AWS price list, 2025-11-03


def cost(counted: Counted, usd: Dollars = Dollars()) -> dict[str, float]:  # noqa: B008  (it is frozen)
    """US dollars for a run over a million contracts, by what was counted."""
    scale = MILLION / counted.contracts
    calls = max(256, MILLION / BATCH_CONTRACTS)
    seconds = counted.cpu_seconds * scale + counted.invoices * scale * PUT_SECONDS
    dollars = {
        "read (DynamoDB)": counted.read_bytes * scale / (4 * KIB) * usd.read_unit,
        "write (DynamoDB)": counted.write_units * scale * usd.write_unit,
        "compute (Lambda)": seconds * BATCH_GIB * usd.gib_second + calls * usd.call,
        "steps (Step Functions)": (calls * 3 + 256 * 2 + 10) * usd.transition,
    }
    mails = counted.invoices * scale
    dollars["read again, to collect (DynamoDB)"] = dollars["read (DynamoDB)"]
    return {
        **dollars,
        f"the run, without {LEFT_OUT}": sum(dollars.values()),
        "and a mail for each invoice (EventBridge, SQS, SES)": mails
        * (usd.event + 3 * usd.message + usd.mail),
    }


def memory() -> float:
    """The most memory this process had so far, MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (KIB * KIB if sys.platform == "darwin" else KIB)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--contracts", type=int, default=MILLION)
    asked.add_argument("--distinct", type=int, default=20_000, help="generated anew, then repeated")
    wanted = asked.parse_args()
    dice, counted = random.Random(3), Counted()
    portions: list[bytes] = []
    distinct = 0
    for first in range(0, min(wanted.distinct, wanted.contracts), PORTION):
        numbers = range(first, min(first + PORTION, wanted.contracts))
        rows = [row for number in numbers for row in contract(dice, number)[0]]
        distinct += sum(row["sk"].endswith("#A") for row in rows)
        portions.append(answered(rows))
    run(portions[0], Counted())  # warm
    gc.collect()
    gc.freeze()  # the collector need not go through the bench's own stock: a function has none
    before, turn = memory(), 0
    while counted.contracts < wanted.contracts:
        run(portions[turn % len(portions)], counted)
        turn += 1
    print(
        f"{counted.contracts:,} contracts, {counted.invoices:,} invoices, {counted.yen:,} yen"
        f" in {counted.cpu_seconds:.1f} s of one core, {counted.seconds:.1f} s by the clock:"
        f" {counted.contracts / counted.cpu_seconds:,.0f} contracts/s on one core,"
        f" {counted.contracts / counted.seconds:,.0f} by the clock"
    )
    if distinct < counted.contracts:
        print(
            f"of them {distinct:,} were generated, and repeated {turn / len(portions):.0f} times:"
            " the memory says nothing of more contracts than that, the rest nothing of other ones"
        )
    print(f"memory {before:.0f} MiB before, {memory():.0f} MiB after")
    print(
        f"{counted.rows / counted.contracts:.1f} rows and"
        f" {counted.read_bytes / counted.contracts:,.0f} bytes a contract;"
        f" {counted.sdk_seconds / counted.cpu_seconds:.0%} of the time is the SDK's"
    )
    for what, dollars in cost(counted).items():
        print(f"{dollars:8.2f} USD  {what}")


if __name__ == "__main__":
    main()
