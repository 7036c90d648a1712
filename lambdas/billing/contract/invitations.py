"""Invitations: how somebody of a contract gets a login (HT-19 to HT-22).

A person of a contract is nobody until they accept: nothing but the invitation is sent to them, and
nothing is shown. Plain rules; times come in.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.billing.contract.agreement import CONTRACTOR, Agreement
from lambdas.billing.contract.history import History
from lambdas.shared.calendar import day_of
from lambdas.shared.household import Role

LASTS = timedelta(days=14)
"""How long an invitation can be accepted."""

MOST_A_DAY = 5
"""Invitations of one contract on one day of Japan."""

MOST_WATCHERS = 20
"""Watchers of one contract at a time."""

InvitationState = Literal["open", "accepted", "expired", "withdrawn"]


class NotInvited(Exception):
    """Somebody is not to be invited, or an invitation not to be accepted: why, as a problem's
    slug, and the rule."""

    def __init__(self, why: str, rule: str) -> None:
        super().__init__(why)
        self.why = why
        self.rule = rule


class Invitation(BaseModel):
    """An invitation that was sent."""

    model_config = ConfigDict(frozen=True)

    id: str
    contract: str
    person: str  # CONTRACTOR, or what facts call a watcher
    email: str
    at: AwareDatetime
    accepted: AwareDatetime | None = None
    by: str = ""  # the login that accepted it

    @property
    def expires(self) -> datetime:
        """When it can be accepted no longer."""
        return self.at + LASTS


def role_of(person: str) -> Role:
    """What somebody of a contract is in its home."""
    return "contractor" if person == CONTRACTOR else "watcher"


def people_of(agreement: Agreement, history: History) -> list[str]:
    """Whom a contract names now: its contractor, and the watchers who did not leave."""
    return [CONTRACTOR, *(one.key for one in agreement.watchers if one.key in history.watchers)]


def state_of(
    invitation: Invitation,
    sent: Iterable[Invitation],
    agreement: Agreement,
    history: History,
    now: datetime,
) -> InvitationState:
    """How an invitation stands among all that were ``sent`` for its contract. A later one, another
    address, another login and leaving withdraw it."""
    if invitation.accepted:
        return "accepted"
    person = agreement.person(invitation.person)
    if (
        person is None
        or person.id
        or person.email != invitation.email
        or invitation.person not in people_of(agreement, history)
        or any(one.person == invitation.person and one.at > invitation.at for one in sent)
    ):
        return "withdrawn"
    return "expired" if now >= invitation.expires else "open"


def may_invite(history: History, now: datetime) -> bool:
    """Whether people of a contract are invited: once it is made, as long as it is not over."""
    state = history.state(now)
    return state not in (None, "applied", "refused", "ended")


def to_invite(
    agreement: Agreement, history: History, sent: Sequence[Invitation], now: datetime
) -> list[str]:
    """Who has neither a login nor an invitation, and can be written to; no more than the day still
    allows."""
    if not may_invite(history, now):
        return []
    known = {one.person for one in sent}
    found = [
        key
        for key in people_of(agreement, history)
        if (person := agreement.person(key)) and person.email and not person.id and key not in known
    ]
    return found[: max(0, left_today(sent, now))]


def left_today(sent: Iterable[Invitation], now: datetime) -> int:
    """How many invitations the contract may still send on the day of ``now``."""
    return MOST_A_DAY - sum(day_of(one.at) == day_of(now) for one in sent)


def check_invite(
    agreement: Agreement,
    history: History,
    person: str,
    sent: Iterable[Invitation],
    now: datetime,
) -> None:
    """Raises NotInvited when somebody is not to be invited (again)."""
    known = agreement.person(person)
    if known is None or person not in people_of(agreement, history):
        raise NotInvited("not-found", "HT-19")
    if known.id:
        raise NotInvited("has-a-login", "HT-20")
    if not known.email:
        raise NotInvited("no-address", "HT-20")
    if not may_invite(history, now):
        raise NotInvited("no-contract-yet", "HT-20")
    if left_today(sent, now) <= 0:
        raise NotInvited("too-many-invitations", "HT-22")


def check_watcher(agreement: Agreement, history: History, email: str) -> None:
    """Raises NotInvited when nobody can be added with this address."""
    here = [one for one in agreement.watchers if one.key in history.watchers]
    if any(one.email.casefold() == email.casefold() for one in (*here, agreement.contractor)):
        raise NotInvited("belongs-already", "HT-19")
    if len(here) >= MOST_WATCHERS:
        raise NotInvited("too-many-watchers", "HT-19")


def check_accept(invitation: Invitation, state: InvitationState, login: str, email: str) -> None:
    """Raises NotInvited unless whoever is logged in may accept: with the address that was invited,
    and once; the same login again changes nothing."""
    if state == "accepted" and invitation.by == login:
        return
    if state != "open":
        raise NotInvited(f"invitation-{state}", "HT-22")
    if invitation.email.casefold() != email.casefold():
        raise NotInvited("invited-otherwise", "HT-22")
