"""Responders as the desk sees them."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel

from lambdas.dispatch.assignment.responder import Responder, Skill, WhyNot
from lambdas.dispatch.casework.place import Place

Standing = Literal["free", "engaged"] | WhyNot
"""Free, or at a case and to be asked for afterwards; or why they are not asked."""


class ResponderView(BaseModel):
    """Somebody who can be sent, as they are now."""

    id: str
    name: str
    phone: str
    company: str
    skills: list[Skill]
    on_duty: bool
    standing: Standing
    place: Place
    seen_at: AwareDatetime
    position_age_seconds: int
    shift_begins: AwareDatetime | None
    shift_ends: AwareDatetime | None
    busy_until: AwareDatetime | None
    engaged: str | None  # the case that has them
    next_case: str | None  # the case after it
    free_at: AwareDatetime | None  # when they are expected to be through with all of them
    silent: bool  # left an offer unanswered a short while ago: asked last

    @classmethod
    def of(cls, one: Responder, now: datetime) -> Self:
        """A responder at ``now``."""
        same = {"id", "name", "phone", "company", "on_duty", "place", "seen_at"}
        age = max(now - one.seen_at, timedelta(0))
        return cls(
            **one.model_dump(include={*same, "shift_begins", "shift_ends", "busy_until"}),
            skills=sorted(one.skills),
            standing=one.why_not(now) or ("engaged" if one.work else "free"),
            position_age_seconds=int(age.total_seconds()),
            engaged=one.engaged,
            next_case=one.cases[1] if len(one.work) > 1 else None,
            free_at=one.work[-1].free_at if one.work else None,
            silent=one.silent(now),
        )
