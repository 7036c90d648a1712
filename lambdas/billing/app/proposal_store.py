"""Entries that wait for a second person (four eyes)."""

import hashlib
from datetime import datetime
from typing import Any, Literal

from boto3.dynamodb.conditions import Key
from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.billing.app.records import Actor
from lambdas.billing.contract.facts import AnyFact
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

Verdict = Literal["approved", "rejected"]

OPEN, DECIDED = "PROPOSALS", "PROPOSALS#decided"


class Proposal(BaseModel):
    """Entries of one person that count when another has agreed."""

    model_config = ConfigDict(frozen=True)

    id: str
    contract: str
    facts: tuple[AnyFact, ...]
    dated: bool
    by: str
    at: AwareDatetime
    state: Literal["open", "approved", "rejected"] = "open"
    decided_by: str = ""
    decided: datetime | None = None

    def facts_on(self, now: datetime) -> list[AnyFact]:
        """The entries as they are taken in: on the day that was said, else ``now``."""
        if self.dated:
            return list(self.facts)
        return [one.model_copy(update={"on": now, "id": one.key}) for one in self.facts]


def proposal(contract: str, facts: tuple[AnyFact, ...], by: Actor, *, dated: bool) -> Proposal:
    """What somebody proposes: the same again is the same proposal. ``dated`` says whether the day
    was said; else the entries happen when somebody agrees."""
    name = hashlib.sha256("/".join(fact.key for fact in facts).encode()).hexdigest()[:12]
    return Proposal(
        id=f"{contract}.{name}", contract=contract, facts=facts, dated=dated, by=by.who, at=by.at
    )


class ProposalStore:
    """``PROPOSALS`` in billing's table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def propose(self, one: Proposal) -> bool:
        """It waits for somebody. False when it did already."""
        return dynamo.put_if_absent(self._table, _row(OPEN, one))

    def get(self, id: str) -> Proposal | None:
        """A proposal, decided or not."""
        for place in (OPEN, DECIDED):
            found = self._table.get_item(Key={"pk": place, "sk": id}, ConsistentRead=True)
            if "Item" in found:
                return Proposal.model_validate_json(found["Item"]["body"])
        return None

    def open(self, contract: str = "") -> list[Proposal]:
        """What waits, of a contract or of all."""
        key = Key("pk").eq(OPEN)
        if contract:
            key &= Key("sk").begins_with(f"{contract}.")
        rows = dynamo.query(self._table, key, ConsistentRead=True)
        return [Proposal.model_validate_json(row["body"]) for row in rows]

    def decided(self, one: Proposal) -> list[dict[str, Any]]:
        """What writes it down that a proposal waits no longer, together with what comes of it."""
        waiting = dynamo.delete(self._name, {"pk": OPEN, "sk": one.id})
        waiting["Delete"]["ConditionExpression"] = "attribute_exists(pk)"
        return [dynamo.put_new(self._name, _row(DECIDED, one)), waiting]


def _row(place: str, one: Proposal) -> dict[str, str]:
    return {"pk": place, "sk": one.id, "body": one.model_dump_json()}
