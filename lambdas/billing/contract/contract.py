"""A contract: what was agreed, and the facts since."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from lambdas.billing.contract.facts import AnyFact, Fact, Payment
from lambdas.billing.products.catalogue import ONLY_PLAN
from lambdas.billing.products.terms import Prefecture


class Watcher(BaseModel):
    """Somebody who watches (見守り者), by the system their app runs on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    os: Literal["ios", "android"]


class Contract(BaseModel):
    """A contract of one product. Its facts may be in any order."""

    model_config = ConfigDict(frozen=True)

    id: str = ""
    product: str
    plan: str = ONLY_PLAN
    payment: Payment = "bank_transfer"
    watchers: tuple[Watcher, ...] = ()
    prefecture: Prefecture | Literal[""] = ""  # of the home
    facts: tuple[AnyFact, ...] = ()

    def with_fact(self, fact: Fact) -> "Contract":
        """The contract with one more fact."""
        return self.model_copy(update={"facts": (*self.facts, fact)})
