"""The waiting list: cases for which nobody can be sent yet. ``WAITING`` has a row for each."""

from datetime import datetime
from typing import NamedTuple

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

WAITING = "WAITING"


class Waiting(NamedTuple):
    """A case that waits, where somebody is needed, and since when."""

    case: str
    place: Place
    since: datetime


class WaitingStore:
    """The waiting list in dispatch's table. A row is a projection of its case: whoever reads it
    asks the case whether it still waits."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def put(self, waiting: Waiting) -> None:
        """A case waits."""
        about = {"place": waiting.place.model_dump_json(), "since": waiting.since.isoformat()}
        self._table.put_item(Item={"pk": WAITING, "sk": waiting.case, **about})

    def remove(self, case: str) -> None:
        """A case waits no more."""
        self._table.delete_item(Key={"pk": WAITING, "sk": case})

    def all(self) -> list[Waiting]:
        """Every case that waits, in the order of their numbers."""
        rows = dynamo.query(self._table, Key("pk").eq(WAITING), ConsistentRead=True)
        return [
            Waiting(
                row["sk"],
                Place.model_validate_json(row["place"]),
                datetime.fromisoformat(row["since"]),
            )
            for row in rows
        ]

    def any(self) -> bool:
        """Whether a case waits at all."""
        here = Key("pk").eq(WAITING)
        return bool(self._table.query(KeyConditionExpression=here, Limit=1)["Items"])
