"""Pauses (一時休止): when they are, and which months they change. Rules HT-43 to HT-53."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lambdas.billing.contract.facts import Paused, PauseExtended
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Pause as PauseTerms
from lambdas.shared.calendar import ONE_DAY, Month

FeeKind = Literal["monthly", "storage"]


@dataclass(slots=True)
class Pause:
    """A pause. It begins on ``start`` and is over after ``end``, unless resumed before."""

    start: date
    end: date
    extended_on: date | None = None
    first_end: date | None = None  # before it was extended
    extensions: int = 0
    resumed: date | None = None

    def extend(self, on: date, end: date) -> None:
        """Let it end later. Asked for after the end, it goes on from there, but the service is off
        only from ``on`` (A-28)."""
        self.first_end = self.end
        self.extended_on = on
        self.end = end
        self.extensions += 1

    @property
    def resumes(self) -> date:
        """The day the service runs again: when resumed, else after the end (HT-49, HT-50)."""
        return self.resumed or self.end + ONE_DAY

    @property
    def spans(self) -> list[tuple[date, date]]:
        """The days without service, each from the first to the day it runs again."""
        if self.extended_on and self.first_end and self.extended_on > self.first_end + ONE_DAY:
            return [(self.start, self.first_end + ONE_DAY), (self.extended_on, self.resumes)]
        return [(self.start, self.resumes)]

    @property
    def first_storage(self) -> Month:
        """The month the storage fee begins with, and the procedure fee is due in (HT-51, HT-52)."""
        return Month.of(self.start).plus(1)

    @property
    def last_storage(self) -> Month:
        """The month the storage fee ends with: that of the end (HT-51), or of an early resume, so
        that no month has two fees (A-30)."""
        return Month.of(self.resumed or self.end)

    def fee(self, month: Month, on_first: Literal["literal", "charge"]) -> FeeKind | None:
        """The one kind of fee of a month from the start on (HT-51, HT-53).

        The month of the resume has the storage fee, or is the start month itself and had the
        monthly fee. It has neither when the pause ended with the month before (A-31).
        """
        if self.first_storage <= month <= self.last_storage:
            return "storage"
        gap = self.last_storage < month == Month.of(self.resumes)
        return None if gap and on_first == "literal" else "monthly"


def fee_kind(
    pauses: Iterable[Pause], month: Month, on_first: Literal["literal", "charge"]
) -> FeeKind | None:
    """The one kind of fee of a month, whatever the pauses: storage before none before monthly."""
    kinds = [pause.fee(month, on_first) for pause in pauses]
    if "storage" in kinds:
        return "storage"
    return None if None in kinds else "monthly"


def whole_months(fact: Paused | PauseExtended, terms: PauseTerms) -> int:
    """The months asked for. Forbidden unless whole and as many as allowed (HT-43, HT-46)."""
    allowed = terms.months
    if not (fact.months.is_integer() and allowed.at_least <= fact.months <= allowed.at_most):
        some = f"{allowed.at_least} to {allowed.at_most} whole months"
        raise Forbidden(fact.rule, f"{fact.day}: {fact.months:g} months, where {some} are allowed")
    return int(fact.months)
