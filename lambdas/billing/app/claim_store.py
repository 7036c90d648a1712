"""Claims for sympathy money: a row with a stage for each incident at a home."""

from itertools import islice
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.billing.app.audit_store import audit_row
from lambdas.billing.app.records import Actor, Conflict
from lambdas.billing.invoicing.claims import NEXT, Claim
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class ClaimStore:
    """``CLAIMS#<home>`` and ``CLAIMS#open`` in billing's table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def begin(self, claim: Claim, by: Actor) -> bool:
        """A new claim. False when there was one for the incident."""
        return dynamo.transact(
            [dynamo.put_new(self._name, _claim_row(claim)), *self._told(claim, by)]
        )

    def move(self, before: Claim, claim: Claim, by: Actor) -> None:
        """A claim's next stage. Conflict when somebody else took it further meanwhile."""
        if not dynamo.transact([self._instead(before, claim), *self._told(claim, by)]):
            raise Conflict(claim.id)

    def show(self, before: Claim, claim: Claim, photograph: str, by: Actor) -> None:
        """A claim with a photograph more. Conflict when it was changed meanwhile."""
        audit = {
            **audit_row(claim.contract, f"CLAIM#{claim.id}#photograph#{photograph}", by),
            "rule": claim.rule,
            "event": "claim_shown",
            "detail": photograph,
        }
        wanted = [self._instead(before, claim), dynamo.put_new(self._name, audit)]
        if not dynamo.transact(wanted):
            raise Conflict(claim.id)

    def _instead(self, before: Claim, claim: Claim) -> dict[str, Any]:
        """A claim in the place of what it was."""
        return {
            "Put": {
                "TableName": self._name,
                "Item": dynamo.serialize(_claim_row(claim)),
                "ConditionExpression": "body = :was",
                "ExpressionAttributeValues": dynamo.serialize({":was": _claim_row(before)["body"]}),
            }
        }

    def _told(self, claim: Claim, by: Actor) -> list[dict[str, Any]]:
        """A claim's place among the open ones, and the audit record of its stage (G-07)."""
        place = {"pk": "CLAIMS#open", "sk": claim.id}
        listed = dynamo.put(self._name, {**place, "body": "-"})
        if not NEXT[claim.stage]:
            listed = dynamo.delete(self._name, place)
        audit = {
            **audit_row(claim.contract, f"CLAIM#{claim.id}#{claim.stage}", by),
            "rule": claim.rule,
            "event": f"claim_{claim.stage}",
            "detail": claim.model_dump_json(exclude_defaults=True),
        }
        return [listed, dynamo.put_new(self._name, audit)]

    def get(self, id: str) -> Claim | None:
        """The claim of this id."""
        item = self._table.get_item(Key=_claim_key(id), ConsistentRead=True).get("Item")
        return Claim.model_validate_json(item["body"]) if item else None

    def of_home(self, home: str) -> list[Claim]:
        """All claims for a home, in the order of what happened."""
        rows = dynamo.query(self._table, Key("pk").eq(f"CLAIMS#{home}"), ConsistentRead=True)
        return [Claim.model_validate_json(row["body"]) for row in rows]

    def open(self, after: str, most: int) -> list[Claim]:
        """The claims that somebody has to do something about, those behind ``after``."""
        rows = dynamo.query(
            self._table, Key("pk").eq("CLAIMS#open") & Key("sk").gt(after or " "), Limit=most
        )
        found = (self.get(row["sk"]) for row in islice(rows, most))
        return [claim for claim in found if claim]


def _claim_key(id: str) -> dict[str, str]:
    """Where a claim lies: one place for each incident at a home (A-15)."""
    home, *incident = id.rsplit(".", 2)
    return {"pk": f"CLAIMS#{home}", "sk": ".".join(incident) or "-"}


def _claim_row(claim: Claim) -> dict[str, Any]:
    """A claim as it is stored."""
    return {
        **_claim_key(claim.id),
        "stage": claim.stage,
        "body": claim.model_dump_json(exclude_defaults=True),
    }
