"""The waiting list: cases for which nobody can be sent yet. ``WAITING`` has a row for each."""

from datetime import datetime
from typing import NamedTuple

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.task import ORDINARY
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

WAITING = "WAITING"


class Waiting(NamedTuple):
    """A case that waits, where somebody is needed, since when, and how urgently: the smaller
    ``priority``, the sooner it is served."""

    case: str
    place: Place
    since: datetime
    priority: int = ORDINARY


class WaitingStore:
    """The waiting list in dispatch's table. A row is a projection of its case: whoever reads it
    asks the case whether it still waits."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def put(self, waiting: Waiting) -> None:
        """A case waits."""
        about = {"place": waiting.place.model_dump_json(), "since": waiting.since.isoformat()}
        row = {"pk": WAITING, "sk": waiting.case, "priority": waiting.priority, **about}
        self._table.put_item(Item=row)

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
                int(row.get("priority", ORDINARY)),
            )
            for row in rows
        ]

    def any(self) -> bool:
        """Whether a case waits at all."""
        here = Key("pk").eq(WAITING)
        return bool(self._table.query(KeyConditionExpression=here, Limit=1)["Items"])
