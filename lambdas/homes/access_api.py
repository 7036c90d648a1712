"""HTTP routes: who of the staff looked at what, for whoever answers for it."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.homes.access_store import AccessStore
from lambdas.shared.aws import http
from lambdas.shared.settings import Settings, load


class AccessSettings(Settings):
    """What the function needs."""

    records_bucket: str


app = http.resolver()
handler = http.entry(app)

ADMIN = frozenset({"admin"})
MOST = 500
"""Records of one answer."""


class AccessView(BaseModel):
    """A request of somebody of the staff, which nobody can change any more."""

    at: AwareDatetime
    person: str = Field(description="A login's subject")
    method: str
    status: int
    path: str


class Accesses(BaseModel):
    """Requests of a day, in their order; ``next`` asks for later ones."""

    accesses: list[AccessView]
    next: str | None = None


@app.get("/staff/accesses", summary="Who looked at what", tags=["Staff"])
def list_accesses(
    day: Annotated[date, Query(description="Day, in UTC")],
    person: Annotated[str, Query(max_length=100, description="Only this login's")] = "",
    about: Annotated[
        str, Query(max_length=100, description="Only where this stands in the path")
    ] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Accesses:
    http.member_of(app, ADMIN, "staff-only")
    store = AccessStore(load(AccessSettings).records_bucket)
    found, following = store.of_day(day, person=person, about=about, after=after, most=MOST)
    return Accesses(accesses=[AccessView(**access._asdict()) for access in found], next=following)
