"""The audit trail: who did what with a contract, when, by which means, by which rule (G-07)."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.billing.app.records import Actor, spelled
from lambdas.billing.contract.facts import Fact
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class AuditStore:
    """``AUDIT#<contract>`` in billing's table, only ever added to."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def trail(self, contract: str) -> list[dict[str, Any]]:
        """Who did what with a contract, oldest first."""
        rows = sorted(
            dynamo.query(self._table, Key("pk").eq(f"AUDIT#{contract}")),
            key=lambda row: str(row["at"]),
        )
        names = ("at", "who", "means", "rule", "event", "detail")
        return [{name: row[name] for name in names if name in row} for row in rows]

    def note(self, contract: str, key: str, what: Mapping[str, str], by: Actor) -> bool:
        """Write down something that is no fact of the contract, once a ``key``: a notice, a
        refusal. False when it was there."""
        return dynamo.put_if_absent(self._table, {**audit_row(contract, key, by), **what})

    def noted(self, contract: str, key: str) -> bool:
        """Whether that was written down."""
        item = self._table.get_item(
            Key={"pk": f"AUDIT#{contract}", "sk": f"ONCE#{key}"}, ConsistentRead=True
        )
        return "Item" in item


def audit_row(contract: str, key: str, by: Actor) -> dict[str, Any]:
    """A row of the trail, once a ``key``."""
    return {
        "pk": f"AUDIT#{contract}",
        "sk": f"ONCE#{key}",
        "at": by.at.isoformat(),
        "who": by.who,
        "means": by.means,
    }


def audit_row_of_fact(contract: str, fact: Fact, by: Actor) -> dict[str, Any]:
    """That a fact was written down."""
    return {
        **audit_row(contract, f"FACT#{fact.key}", by),
        "rule": fact.rule,
        "event": getattr(fact, "event", ""),
        "detail": spelled(fact),
    }
