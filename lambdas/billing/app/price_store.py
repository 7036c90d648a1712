"""Lists of prices, as facts: proposed by one person, agreed to or not by another, withdrawn."""

import hashlib
from typing import Literal

from boto3.dynamodb.conditions import Key
from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.billing.app.records import Actor
from lambdas.billing.products.prices import PriceList
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

Step = Literal["proposed", "agreed", "rejected", "withdrawn"]


class PriceFact(BaseModel):
    """What happened to a list of prices."""

    model_config = ConfigDict(frozen=True)

    step: Step
    by: str
    at: AwareDatetime


class PriceRecord(BaseModel):
    """A list of prices with what happened to it, the oldest first."""

    model_config = ConfigDict(frozen=True)

    id: str
    prices: PriceList
    facts: tuple[PriceFact, ...]

    @property
    def state(self) -> Step:
        """What holds of it now."""
        return self.facts[-1].step


def price_list_id(prices: PriceList) -> str:
    """The id of a list: the same again is the same list."""
    return hashlib.sha256(prices.model_dump_json().encode()).hexdigest()[:16]


_PLACES: dict[Step, str] = {
    "proposed": "1",
    "agreed": "2",
    "rejected": "2",  # in the place of the other: a list is decided once
    "withdrawn": "3",
}


class PriceStore:
    """``PRICES`` in billing's table: a row for each fact."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def add(self, prices: PriceList, step: Step, by: Actor) -> bool:
        """Something happened to a list. False when something was there already."""
        id = price_list_id(prices)
        row = {
            "pk": "PRICES",
            "sk": f"{id}#{_PLACES[step]}",
            "prices": prices.model_dump_json(),
            "body": PriceFact(step=step, by=by.who, at=by.at).model_dump_json(),
        }
        return dynamo.put_if_absent(self._table, row)

    def all(self) -> list[PriceRecord]:
        """All lists, by the days from which they hold."""
        found: dict[str, PriceRecord] = {}
        for row in dynamo.query(self._table, Key("pk").eq("PRICES"), ConsistentRead=True):
            id = str(row["sk"]).partition("#")[0]
            fact = PriceFact.model_validate_json(row["body"])
            known = found.get(id)
            prices = known.prices if known else PriceList.model_validate_json(row["prices"])
            facts = (*(known.facts if known else ()), fact)
            found[id] = PriceRecord(id=id, prices=prices, facts=facts)
        return sorted(found.values(), key=lambda one: (one.prices.first, one.facts[-1].at))

    def agreed(self) -> tuple[PriceList, ...]:
        """The lists that hold, or will."""
        return tuple(one.prices for one in self.all() if one.state == "agreed")
