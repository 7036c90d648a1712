"""The rows of payments in billing's table.

Beside the contract: ``<contract>#M`` what it is paid with, ``<contract>#P#<attempt>`` what became
of each attempt to collect. ``DEBITS#<month>``: what waits for the bank's file. ``FILES``: the
request files, ``UPLOADS``: what was uploaded in answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from boto3.dynamodb.conditions import Attr, Key
from pydantic import BaseModel, ConfigDict

from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.payments.accounts import Card, StoredAccount
from lambdas.billing.payments.methods import Methods
from lambdas.billing.payments.results import PaymentResult
from lambdas.billing.payments.zengin import Fault, New
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import Month

KEPT = timedelta(days=400)
MOST_KEYS = 100
"""DynamoDB answers so many rows at once."""

Row = dict[str, Any]


class Waiting(BaseModel):
    """An invoice that waits for the bank's file of its month."""

    contract: str
    amount: int
    asks: int = 1
    """How many files it may be in: one more for each that we stopped ourselves."""

    again: Month | None = None
    """The month of the invoice, where it was asked for before (再振替)."""

    @property
    def key(self) -> str:
        """Its place among those that wait."""
        return f"{self.contract}#{self.again}" if self.again else self.contract

    @property
    def asked(self) -> tuple[str, str]:
        """By which it is found in files that were written: contract and, asked again, month."""
        return self.contract, str(self.again or "")


class RequestFile(BaseModel):
    """A file that was written for the bank, and what its answer came to."""

    model_config = ConfigDict(frozen=True)

    month: str
    number: int
    id: str  # of what was sent (zengin.Sent)
    day: date
    debits: int
    yen: int
    written: datetime
    answer: str | None = None  # identity of the result file
    answered: datetime | None = None
    paid: int = 0
    paid_yen: int = 0
    unpaid: int = 0
    unpaid_yen: int = 0

    @property
    def name(self) -> str:
        """Month and number: ``2026-09/1``."""
        return f"{self.month}/{self.number}"


class Upload(BaseModel):
    """A result file that was uploaded, and what became of it."""

    model_config = ConfigDict(frozen=True)

    key: str
    at: datetime
    state: Literal["taken", "partly", "same", "refused"]
    file: str | None = None
    faults: tuple[Fault, ...] = ()


class PaymentStore:
    """Payments in billing's one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    # --- what a contract is paid with

    def methods(self, contract: str) -> Methods:
        """What was registered."""
        found = self._table.get_item(Key=_methods_key(contract), ConsistentRead=True)
        return _methods(found.get("Item", {}))

    def methods_of(self, contracts: Iterable[str]) -> dict[str, Methods]:
        """What was registered, for many; those who registered nothing are not in it."""
        rows = self._rows([_methods_key(contract) for contract in contracts])
        return {row["sk"].removesuffix("#M"): _methods(row) for row in rows}

    def keep_account(self, contract: str, account: StoredAccount, new: New) -> None:
        """An account takes the place of the one before."""
        self._keep(contract, {"account": account.model_dump_json(), "new": new})

    def account_is_known(self, contract: str) -> None:
        """The bank was asked for the account as it is now."""
        self._keep(contract, {"new": "known"})

    def keep_payer(self, contract: str, payer: str) -> None:
        """Under this name the gateway registers cards."""
        self._keep(contract, {"payer": payer})

    def keep_card(self, contract: str, card: Card) -> None:
        """A card takes the place of the one before."""
        self._keep(contract, {"card": card.model_dump_json()})

    def _keep(self, contract: str, values: Mapping[str, str]) -> None:
        names = list(values)
        # By the client, which several threads may use at once.
        self._table.meta.client.update_item(
            TableName=self._name,
            Key=_methods_key(contract),
            UpdateExpression="SET " + ", ".join(f"#{n} = :{n}" for n in names),
            ExpressionAttributeNames={f"#{n}": n for n in names},
            ExpressionAttributeValues={f":{n}": values[n] for n in names},
        )

    # --- what became of each attempt

    def begin(self, attempt: PaymentResult) -> bool:
        """An attempt begins. False when it had begun before."""
        return dynamo.put_if_absent(self._table, _result_row(attempt))

    def remember(self, result: PaymentResult) -> None:
        """What became of an attempt; a charge is found by the gateway's name of it, too."""
        self._table.put_item(Item=_result_row(result))
        if result.payment == "card" and result.reference:
            place = {"contract": result.contract, "attempt": result.id}
            self._table.put_item(Item={**_reference_key(result.reference), **place})

    def charged(self, reference: str) -> PaymentResult | None:
        """The attempt that the gateway knows by this name."""
        found = self._table.get_item(Key=_reference_key(reference), ConsistentRead=True)
        if "Item" not in found:
            return None
        return self.result(str(found["Item"]["contract"]), str(found["Item"]["attempt"]))

    def result(self, contract: str, attempt: str) -> PaymentResult | None:
        """What is known of an attempt."""
        found = self._table.get_item(Key=_result_key(contract, attempt), ConsistentRead=True)
        return _result(found["Item"]) if "Item" in found else None

    def known(self, said: Iterable[PaymentResult]) -> dict[str, PaymentResult]:
        """What is known of these attempts."""
        keys = [_result_key(one.contract, one.id) for one in said]
        return {found.id: found for row in self._rows(keys) for found in [_result(row)]}

    def _rows(self, keys: list[Row]) -> Iterator[Row]:
        client = self._table.meta.client
        for first in range(0, len(keys), MOST_KEYS):
            left: Row = {
                self._name: {"Keys": keys[first : first + MOST_KEYS], "ConsistentRead": True}
            }
            while left:
                answer = client.batch_get_item(RequestItems=left)
                yield from answer["Responses"].get(self._name, [])
                left = answer.get("UnprocessedKeys", {})

    # --- files for the bank

    def wait(self, month: Month, debit: Waiting, at: datetime) -> bool:
        """An invoice goes into the next file. False when it was told already and is not to be
        tried again."""
        row = {
            "pk": f"DEBITS#{month}",
            "sk": debit.key,
            "amount": debit.amount,
            "asks": debit.asks,
            **({"again": str(debit.again)} if debit.again else {}),
            "expires": int((at + KEPT).timestamp()),
        }
        again = Attr("refused").exists() | Attr("asks").lt(debit.asks)
        try:
            self._table.put_item(Item=row, ConditionExpression=Attr("pk").not_exists() | again)
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def waiting(self, month: Month) -> Iterator[Waiting]:
        """The invoices for the month's files, in the files already or not."""
        for row in dynamo.query(self._table, Key("pk").eq(f"DEBITS#{month}"), ConsistentRead=True):
            if "refused" not in row:
                contract, _, again = str(row["sk"]).partition("#")
                yield Waiting(
                    contract=contract,
                    amount=int(row["amount"]),
                    asks=int(row["asks"]),
                    again=Month.parse(again) if again else None,
                )

    def refuse(self, month: Month, debit: Waiting, why: str) -> None:
        """It goes into no file, unless it is told again."""
        self._table.update_item(
            Key={"pk": f"DEBITS#{month}", "sk": debit.key},
            UpdateExpression="SET refused = :why",
            ExpressionAttributeValues={":why": why},
        )

    def begin_file(self, file: RequestFile) -> bool:
        """A file was written. False when another one has its number."""
        return dynamo.put_if_absent(self._table, _file_row(file))

    def answer_file(self, file: RequestFile) -> None:
        """The bank answered."""
        self._table.put_item(Item=_file_row(file))

    def files(self, month: Month | None = None) -> list[RequestFile]:
        """The files of a month; without one those of the last year or so, newest first."""
        wanted = Key("pk").eq("FILES")
        if month:
            wanted &= Key("sk").begins_with(f"{month}#")
        rows = dynamo.query(
            self._table, wanted, ConsistentRead=True, ScanIndexForward=month is not None
        )
        return [RequestFile.model_validate_json(row["body"]) for row in rows]

    def uploaded(self, upload: Upload) -> None:
        """What became of an upload. The same again takes its place."""
        self._table.put_item(
            Item={
                "pk": "UPLOADS",
                "sk": f"{upload.at.isoformat()}#{upload.key}",
                "body": upload.model_dump_json(),
                "expires": int((upload.at + KEPT).timestamp()),
            }
        )

    def uploads(self, newest: int = 20) -> list[Upload]:
        """What was uploaded last, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq("UPLOADS"), ScanIndexForward=False, Limit=newest
        )
        return [Upload.model_validate_json(row["body"]) for row in page["Items"]]


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Methods, list[PaymentResult]]:
    """What a contract is paid with and what became of its invoices, out of its payment rows."""
    methods, results = Methods(), []
    for row in rows:
        if row["sk"].endswith("#M"):
            methods = _methods(row)
        else:
            results.append(_result(row))
    return methods, results


def _methods_key(contract: str) -> Row:
    return {"pk": f"SHARD#{shard_of(contract)}", "sk": f"{contract}#M"}


def _methods(row: Mapping[str, Any]) -> Methods:
    account, card = row.get("account"), row.get("card")
    return Methods(
        account=StoredAccount.model_validate_json(account) if account else None,
        new=row.get("new", "first"),
        card=Card.model_validate_json(card) if card else None,
        payer=row.get("payer"),
    )


def _reference_key(reference: str) -> Row:
    return {"pk": f"CHARGE#{reference}", "sk": "-"}


def _result_key(contract: str, attempt: str) -> Row:
    return {"pk": f"SHARD#{shard_of(contract)}", "sk": f"{contract}#P#{attempt}"}


def _result_row(result: PaymentResult) -> Row:
    return {
        **_result_key(result.contract, result.id),
        "body": result.model_dump_json(exclude_defaults=True),
    }


def _result(row: Mapping[str, Any]) -> PaymentResult:
    return PaymentResult.model_validate_json(row["body"])


def _file_row(file: RequestFile) -> Row:
    return {
        "pk": "FILES",
        "sk": f"{file.month}#{file.number:04}",
        "body": file.model_dump_json(),
        "expires": int((file.written + KEPT).timestamp()),
    }
