"""Somebody who can be sent: where they are, whether they are on duty, which cases have them."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    field_serializer,
    model_validator,
)

from lambdas.dispatch.casework.place import Place

Skill = Literal["guard", "patrol"]
"""What not everybody may do: ``guard`` is the qualification that the Security Services Act asks for
(警備業法, AL-13). A home check needs none."""

FRESH = timedelta(minutes=30)
"""A position older than this says nothing about where somebody is."""

SILENCE = timedelta(hours=1)
"""So long, whoever left an offer unanswered is asked after all others."""

REST = timedelta(minutes=10)
"""So long, whoever refused is asked after those who did not."""

CASES_AT_ONCE = 2
"""The case somebody is at, and one that they go to afterwards."""

WhyNot = Literal["off_duty", "before_shift", "after_shift", "occupied", "overdue", "unseen"]
"""Why nobody sends somebody: not on duty; the shift has not begun, or is over; as many cases as one
takes; a report that should have come; no word of where they are."""


class Engagement(BaseModel):
    """A case that somebody is asked to go to, or goes to. Once they go, it says from where and when
    they are expected to be free."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    place: Place | None = None
    free_at: AwareDatetime | None = None
    late_at: AwareDatetime | None = None  # without a report by then, nobody knows


class Responder(BaseModel):
    """Somebody who can be sent: staff for home checks, or a guard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=64)  # the login's subject
    name: str
    phone: str
    place: Place  # where last seen; when registered, where they start from
    seen_at: AwareDatetime  # by our clock
    phone_at: AwareDatetime | None = None  # the same by the phone's clock, which may be wrong
    on_duty: bool = False
    shift_begins: AwareDatetime | None = None
    shift_ends: AwareDatetime | None = None
    busy_until: AwareDatetime | None = None
    work: tuple[Engagement, ...] = ()  # the present case, then those after it
    skills: frozenset[Skill] = frozenset()
    company: str = ""  # whose staff they are; empty: our own (HT-89)
    left: bool = False  # they work here no more
    duty_at: AwareDatetime | None = None  # when they last said whether they are on duty
    silent_at: AwareDatetime | None = None  # since when they left offers unanswered
    refused_at: AwareDatetime | None = None  # when they last refused, unless they accepted since
    version: int = 0  # counts the changes of the row that this was read from

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, said: Any) -> Any:
        """Rows from before there were several cases and skills."""
        if not isinstance(said, dict) or not {"engaged", "guard"} & said.keys():
            return said
        said = dict(said)
        engaged, guard = said.pop("engaged", None), said.pop("guard", False)
        if engaged:
            said["work"] = (Engagement(case=engaged),)
        if guard:
            said["skills"] = {"guard"}
        return said

    @field_serializer("skills")
    def _in_order(self, skills: frozenset[Skill]) -> list[str]:
        return sorted(skills)

    @property
    def engaged(self) -> str | None:
        """The case that has them now."""
        return self.work[0].case if self.work else None

    @property
    def cases(self) -> list[str]:
        """The cases that have them."""
        return [one.case for one in self.work]

    @property
    def takes_another(self) -> bool:
        """Whether one more case may have them: nothing to do, or it is known when and from where
        they go on."""
        if not self.work:
            return True
        last = self.work[-1]
        return (
            len(self.work) < CASES_AT_ONCE and last.place is not None and last.free_at is not None
        )

    @property
    def starts_from(self) -> Place:
        """Where they set out from for another case."""
        return (self.work[-1].place if self.work else None) or self.place

    def leaves(self, now: datetime) -> datetime:
        """When they set out for another case."""
        known = [self.busy_until, *(one.free_at for one in self.work)]
        return max([now, *(at for at in known if at)])

    def silent(self, now: datetime) -> bool:
        """Whether they left an offer unanswered a short while ago."""
        return self.silent_at is not None and now - self.silent_at < SILENCE

    def why_not(self, now: datetime, fresh: timedelta = FRESH) -> WhyNot | None:
        """Why they cannot be sent now; None: they can."""
        if not self.on_duty:
            return "off_duty"
        if self.shift_begins and now < self.shift_begins:
            return "before_shift"
        if self.shift_ends and now >= self.shift_ends:
            return "after_shift"
        if not self.takes_another:
            return "occupied"
        late = self.work[-1].late_at if self.work else None
        if late and now > late:
            return "overdue"
        if not self.work and now - self.seen_at > fresh:
            return "unseen"
        return None

    def resting(self, now: datetime) -> bool:
        """Whether they refused a short while ago."""
        return self.refused_at is not None and now - self.refused_at < REST

    def leaving(self, now: datetime) -> bool:
        """Whether they go nowhere after the case that they are at: duty or shift is over."""
        return not self.on_duty or (self.shift_ends is not None and now >= self.shift_ends)

    def without(self, case: str) -> "Responder":
        """The same when a case no longer has them."""
        return self.model_copy(update={"work": tuple(o for o in self.work if o.case != case)})

    def with_case(self, case: str) -> "Responder":
        """The same when a case has them, after those that have them already."""
        return self.model_copy(update={"work": (*self.work, Engagement(case=case))})

    def expecting(self, known: Engagement) -> "Responder":
        """The same when it is known from where and when they go on after a case."""
        work = tuple(known if one.case == known.case else one for one in self.work)
        return self.model_copy(update={"work": work})


def taken_at(at: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When a phone's position was taken, by our clock: when it reached us, or as much before as lay
    between the taking (``at``) and the sending by the phone's clock, however wrong that is."""
    waited = sent_at - at if at and sent_at and sent_at > at else timedelta(0)
    return received_at - waited
