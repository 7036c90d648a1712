"""HTTP routes of a link in an invitation, before there is a login: whoever holds the link is whom
it was mailed to. It shows who invites and whereto, and makes the login (HT-20, HT-22)."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.billing.app.contract_service import BillingSettings, ContractService, rules_as_problems
from lambdas.billing.app.invitation_service import Opened
from lambdas.billing.app.login_service import LoginExists, WeakPassword, make_login
from lambdas.billing.contract.invitations import InvitationState, role_of
from lambdas.billing.problems import TEXTS
from lambdas.shared.aws import http
from lambdas.shared.household import Role
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class InvitationSettings(BillingSettings):
    """What the function needs."""

    user_pool: str


app = http.resolver(TEXTS)
handler = http.entry(app)

Token = Annotated[str, Path(description="The secret of the link", max_length=100)]


class InvitationView(BaseModel):
    """An invitation, to whoever holds its link."""

    state: InvitationState
    role: Role
    name: str
    email: str
    home_name: str
    product: str
    inviter: str = Field(description="The contractor's name")
    expires: AwareDatetime


class FirstPassword(BaseModel):
    """The password of a new login."""

    password: str = Field(max_length=256)


class Joined(BaseModel):
    """What an accepted invitation leads to."""

    home: str
    contract: str


def opened(at: ContractService, token: str) -> Opened:
    """The invitation of a link. Problem 404 for a link that nobody sent."""
    with rules_as_problems():
        found = at.invitations.open(token, http.arrived(app))
    if found is None:
        raise Problem(404, "not-found")
    return found


@app.get("/invitations/<token>", summary="Who invites me, and whereto", tags=["Invitations"])
def see_invitation(token: Token) -> InvitationView:
    at = ContractService(load(InvitationSettings))
    found = opened(at, token)
    invitation, agreement = found.invitation, found.record.agreement
    person = agreement.person(invitation.person)
    language = http.language(app.current_event.headers.get("accept-language"))
    open_ = found.state == "open"
    return InvitationView(
        state=found.state,
        role=role_of(invitation.person),
        name=person.name if person and open_ else "",
        email=invitation.email if open_ else "",
        home_name=agreement.home_name if open_ else "",
        product=at.history(found.record).product.name.get(language, agreement.product),
        inviter=agreement.contractor.name if open_ else "",
        expires=invitation.expires,
    )


@app.post("/invitations/<token>/login", summary="Accept with a new login", tags=["Invitations"])
def accept_with_a_login(token: Token, wanted: FirstPassword) -> Joined:
    settings = load(InvitationSettings)
    at = ContractService(settings)
    found = opened(at, token)
    if found.state != "open":
        raise Problem(410, f"invitation-{found.state}", rule="HT-22")
    email = found.invitation.email
    try:
        login = make_login(settings.user_pool, email, wanted.password)
    except LoginExists as error:
        raise Problem(409, "login-exists") from error
    except WeakPassword as error:
        raise Problem(422, "weak-password") from error
    with rules_as_problems():
        record = at.invitations.accept(found, login, email, http.arrived(app))
    return Joined(home=record.agreement.home, contract=record.id)
