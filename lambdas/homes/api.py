"""HTTP routes: a home, for everybody in it, whatever its contracts are for."""

from collections.abc import Mapping
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel

from iot.kinds import Group, provisioned
from lambdas.shared.access import authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Feature, Role
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    directory_table: str


app = http.resolver()
handler = http.entry(app)


class HomeView(BaseModel):
    """A home: the caller's role in it, and what its contracts in force entitle to."""

    id: str
    name: str
    role: Role
    features: list[Feature]
    limits: Mapping[Group, int]
    """How many devices of each group may be linked."""


@app.get("/homes/<home>", summary="A home", tags=["Homes"])
def get_home(home: Annotated[str, Path(description="Home")]) -> HomeView:
    who = http.caller(app)
    directory = Directory(load(ApiSettings).directory_table)
    grant = authorize(directory.home(home), who.person, "see", who.now)
    return HomeView(
        id=home,
        name=grant.home.name,
        role=grant.member.role,
        features=sorted(grant.home.features(who.now)),
        limits={group: grant.home.limit(group, who.now) for group in provisioned()},
    )
