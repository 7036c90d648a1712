"""Interruptions (中断, 第12条): maintenance and force majeure, told beforehand where they are known
(HT-31, HT-32). Fees go on. Plain functions."""

from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from lambdas.billing.contract.facts import Moment
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.daily import STANDING, Told
from lambdas.shared.calendar import day_of, end_of, in_japan
from lambdas.shared.events import NoticeKind, Sentence


class Interruption(BaseModel):
    """A time during which a product cannot be used, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: str
    starts: Moment
    ends: Moment
    why: Sentence

    @model_validator(mode="after")
    def _in_order(self) -> "Interruption":
        if self.ends <= self.starts:
            raise ValueError("it ends before it starts")
        return self


class Announced(Interruption):
    """An interruption that staff announced."""

    id: str
    announced: AwareDatetime = Field(description="When staff said so")


def to_tell(
    history: History, known: Iterable[Announced], after: date, until: date
) -> Iterator[Told]:
    """What a customer is told of what was announced since the last run, as long as it is to come or
    goes on. A run again on the same day tells what was announced on it."""
    for one in known:
        told = day_of(one.announced)
        over = one.ends <= end_of(until)
        if one.product != history.product.id or not after <= told <= until or over:
            continue
        if history.state(end_of(until)) in STANDING:
            values: dict[str, object] = {
                "starts": f"{in_japan(one.starts):%Y-%m-%d %H:%M}",
                "ends": f"{in_japan(one.ends):%Y-%m-%d %H:%M}",
                "why": one.why,
            }
            kind = NoticeKind("contract.interruption")
            yield Told(kind, f"interruption/{one.id}", "HT-32", one.announced, values)
