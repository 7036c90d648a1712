"""HTTP routes about the people of a contract: who they are, who is invited, accepting an invitation
with a login that one has (HT-19 to HT-22)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.billing.app.contract_service import (
    STAFF,
    BillingSettings,
    ContractService,
    rules_as_problems,
)
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.contract.agreement import WatcherPerson
from lambdas.billing.contract.invitations import (
    MOST_WATCHERS,
    InvitationState,
    NotInvited,
    left_today,
    people_of,
    role_of,
    state_of,
)
from lambdas.billing.invitation_api import Joined
from lambdas.billing.problems import TEXTS
from lambdas.shared.aws import http
from lambdas.shared.household import Role
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

app = http.resolver(TEXTS)
handler = http.entry(app)

STATUS = {
    "not-found": 404,
    "too-many-invitations": 429,
    "invitation-accepted": 410,
    "invitation-expired": 410,
    "invitation-withdrawn": 410,
    "invited-otherwise": 403,
}
"""Of what is refused; 409 unless it says otherwise here."""

PersonName = Annotated[str, Path(description="`contractor`, or a watcher's key", max_length=254)]


class WatcherWanted(BaseModel):
    """Somebody who is to watch."""

    name: str = Field(min_length=1, max_length=60)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    os: Literal["ios", "android"] = "ios"


class ContractPersonView(BaseModel):
    """Somebody of a contract. Addresses are shown to the contractor and to staff alone."""

    key: str
    role: Role
    name: str
    email: str
    os: str
    login: bool = Field(description="Whether they have one, and so see the home")
    me: bool
    invitation: InvitationState | None
    expires: AwareDatetime | None


class ContractPeople(BaseModel):
    """The people of a contract."""

    contract: str
    home: str
    home_name: str
    manages: bool = Field(description="Whether the caller may add and remove")
    left_today: int = Field(description="Invitations that the day still allows")
    most: int = MOST_WATCHERS
    people: list[ContractPersonView]


@contextmanager
def refused_in_words() -> Iterator[None]:
    """What is refused, as problems."""
    try:
        with rules_as_problems():
            yield
    except NotInvited as refused:
        status = STATUS.get(refused.why, 409)
        raise Problem(status, refused.why, rule=refused.rule) from refused


def service() -> ContractService:
    """Contracts, for the request at hand."""
    return ContractService(load(BillingSettings))


def mine(contract: str, *, contractor_only: bool) -> tuple[ContractService, ContractRecord, Actor]:
    """The caller's contract. To others it does not exist."""
    who, at = http.caller(app), service()
    with rules_as_problems():
        record = at.open(contract)
    if not any(member.person == who.person for member in record.members()):
        raise Problem(404, "not-found")
    if contractor_only and who.person != record.agreement.contractor.id:
        raise Problem(403, "contract-holder-only", rule="HT-78")
    return at, record, Actor(who.person, "app", who.now)


def shown(at: ContractService, record: ContractRecord, *, manages: bool) -> ContractPeople:
    """The people of a contract, as the caller may see them."""
    who = http.caller(app)
    agreement, history = record.agreement, at.history(record)
    sent = at.invitations.store.sent(record.id)
    people = []
    for key in people_of(agreement, history):
        person = agreement.person(key)
        if person is None:
            continue
        last = max((one for one in sent if one.person == key), key=lambda one: one.at, default=None)
        state = state_of(last, sent, agreement, history, who.now) if last else None
        asked = last if manages and not person.id else None
        people.append(
            ContractPersonView(
                key=key,
                role=role_of(key),
                name=person.name,
                email=person.email if manages else "",
                os=person.os if isinstance(person, WatcherPerson) else "",
                login=bool(person.id),
                me=person.id == who.person,
                invitation=state if asked else None,
                expires=asked.expires if asked and state == "open" else None,
            )
        )
    return ContractPeople(
        contract=record.id,
        home=agreement.home,
        home_name=agreement.home_name,
        manages=manages,
        left_today=max(0, left_today(sent, who.now)),
        people=people if manages else [one for one in people if one.login],
    )


@app.get("/billing/contracts/<contract>/people", summary="Who belongs to it", tags=["People"])
def people(contract: str) -> ContractPeople:
    at, record, by = mine(contract, contractor_only=False)
    return shown(at, record, manages=by.who == record.agreement.contractor.id)


@app.post("/billing/contracts/<contract>/people", summary="Invite one more", tags=["People"])
def add_watcher(contract: str, wanted: WatcherWanted) -> ContractPeople:
    at, _, by = mine(contract, contractor_only=True)
    with refused_in_words():
        record = at.invitations.add_watcher(contract, WatcherPerson(**wanted.model_dump()), by)
    return shown(at, record, manages=True)


@app.post(
    "/billing/contracts/<contract>/people/<person>/invitation",
    summary="Invite once more",
    tags=["People"],
)
def invite_again(contract: str, person: PersonName) -> ContractPeople:
    at, record, by = mine(contract, contractor_only=True)
    with refused_in_words():
        at.invitations.invite(contract, person, by)
    return shown(at, record, manages=True)


@app.get("/billing/staff/contracts/<contract>/people", summary="Who belongs to it", tags=["Staff"])
def people_of_anybody(contract: str) -> ContractPeople:
    http.member_of(app, STAFF, "staff-only")
    at = service()
    with rules_as_problems():
        return shown(at, at.open(contract), manages=True)


@app.post(
    "/billing/staff/contracts/<contract>/people/<person>/invitation",
    summary="Invite somebody, or once more",
    tags=["Staff"],
)
def invite(contract: str, person: PersonName) -> ContractPeople:
    who, at = http.member_of(app, STAFF, "staff-only"), service()
    with refused_in_words():
        at.invitations.invite(contract, person, Actor(who.person, "staff desk", who.now))
        return shown(at, at.open(contract), manages=True)


@app.post(
    "/invitations/<token>/acceptance",
    summary="Accept with the login I have",
    tags=["Invitations"],
)
def accept(token: Annotated[str, Path(max_length=100)]) -> Joined:
    who, at = http.caller(app), service()
    claims = app.current_event.request_context.authorizer.jwt_claim
    with refused_in_words():
        opened = at.invitations.open(token, who.now)
        if opened is None:
            raise Problem(404, "not-found")
        email = str(claims.get("email", ""))
        record = at.invitations.accept(opened, who.person, email, who.now)
    return Joined(home=record.agreement.home, contract=record.id)
