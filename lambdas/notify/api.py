"""HTTP routes: the caller and their settings."""

from pydantic import BaseModel

from lambdas.notify.store import Store
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Language, Role
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    notices_table: str
    directory_table: str


app = http.resolver()
handler = http.entry(app)


class HomeOf(BaseModel):
    """A home the caller belongs to."""

    id: str
    name: str
    role: Role


class Me(BaseModel):
    """The caller."""

    id: str
    name: str
    email: str
    language: Language
    homes: list[HomeOf]
    groups: list[str]  # of staff; empty for families


class MyChange(BaseModel):
    """What the caller may change of their settings."""

    language: Language


@app.get("/me", summary="Who I am", tags=["Me"])
def get_me() -> Me:
    who = http.caller(app)
    settings = load(ApiSettings)
    directory = Directory(settings.directory_table)
    homes = [home for id in directory.homes_of(who.person) if (home := directory.home(id))]
    entries = [(home, home.member(who.person)) for home in homes]
    mine = [(home, member) for home, member in entries if member]
    claims = app.current_event.request_context.authorizer.jwt_claim
    return Me(
        id=who.person,
        name=mine[0][1].name if mine else "",
        email=str(claims.get("email", "")),
        language=Store(settings.notices_table).language(who.person),
        homes=[HomeOf(id=home.id, name=home.name, role=member.role) for home, member in mine],
        groups=sorted(http.groups(app)),
    )


@app.patch("/me", summary="Change my settings", tags=["Me"])
def change_me(change: MyChange) -> Me:
    Store(load(ApiSettings).notices_table).speak(http.caller(app).person, change.language)
    return get_me()
