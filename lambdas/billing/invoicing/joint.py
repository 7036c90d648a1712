"""One invoice for several contracts of one payer (合算請求書), as of a block of flats (AL-09).

Each contract has its invoices and its account as ever. What they ask for in a month is asked for
together, of the contract that pays (the lead); money that comes is spread over them. Plain
functions.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.shared.calendar import Month


class Part(BaseModel):
    """A contract's invoice within a joint one, in yen."""

    model_config = ConfigDict(frozen=True)

    contract: str
    month: Month
    amount: int


class JointInvoice(BaseModel):
    """What a payer is asked for in a month."""

    model_config = ConfigDict(frozen=True)

    lead: str
    month: Month
    parts: tuple[Part, ...]
    payment: str
    at: AwareDatetime
    head: str
    """What it says beside its lines (``documents.invoice.Head``), as JSON."""

    @property
    def number(self) -> str:
        """Its number, as it is printed."""
        return f"{self.lead}-{self.month}-J"

    @property
    def total(self) -> int:
        """What it asks for."""
        return sum(part.amount for part in self.parts)


class Share(NamedTuple):
    """So many yen for a contract's month."""

    part: Part
    amount: int


def spread(
    parts: Iterable[Part], amount: int, room: Callable[[Part], int]
) -> tuple[list[Share], int]:
    """An amount over parts in their order, each as far as it has ``room``; and what is left."""
    shares = []
    for part in parts:
        if (one := min(amount, room(part))) > 0:
            shares.append(Share(part, one))
            amount -= one
    return shares, amount


class Billed(NamedTuple):
    """An invoice of a member: its contract, month and total."""

    contract: str
    month: Month
    total: int
    settled: bool


def parts_of(billed: Iterable[Billed], before: Iterable[Part]) -> Iterator[Part]:
    """What a joint invoice asks for: all that is neither settled nor in one before it."""
    asked = {(part.contract, part.month) for part in before}
    for one in billed:
        if one.total > 0 and not one.settled and (one.contract, one.month) not in asked:
            yield Part(contract=one.contract, month=one.month, amount=one.total)
