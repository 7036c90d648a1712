"""Interruptions that staff announced."""

from datetime import datetime

from boto3.dynamodb.conditions import Key

from lambdas.billing.invoicing.interruptions import Announced
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class InterruptionStore:
    """``INTERRUPTIONS`` in billing's table, in the order in which they were announced."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def announce(self, interruption: Announced) -> bool:
        """An interruption that everybody concerned is to be told of. False when it was known."""
        key = {
            "pk": "INTERRUPTIONS",
            "sk": f"{interruption.announced.isoformat()}#{interruption.id}",
        }
        return dynamo.put_if_absent(self._table, {**key, "body": interruption.model_dump_json()})

    def since(self, since: datetime) -> list[Announced]:
        """The interruptions that were announced since."""
        key = Key("pk").eq("INTERRUPTIONS") & Key("sk").gte(since.isoformat())
        return [
            Announced.model_validate_json(row["body"]) for row in dynamo.query(self._table, key)
        ]
