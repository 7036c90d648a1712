"""Where people of a contract are invited, and where they accept.

An invitation is published for whoever writes its mail, written down, and told of; doing it again
sends nothing twice. Accepting writes the login into what was agreed, with a fact, in one piece.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from lambdas.billing.app.invitation_store import InvitationStore
from lambdas.billing.app.records import Actor, Conflict, ContractRecord
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import WatcherPerson
from lambdas.billing.contract.history import History
from lambdas.billing.contract.invitations import (
    Invitation,
    InvitationState,
    check_accept,
    check_invite,
    check_watcher,
    role_of,
    state_of,
    to_invite,
)
from lambdas.shared.aws.directory import Directory
from lambdas.shared.calendar import in_japan
from lambdas.shared.events import Invited, Notice, NoticeKind, Sentence
from lambdas.shared.household import InvitationContact

if TYPE_CHECKING:
    from lambdas.billing.app.contract_service import ContractService


class Opened(NamedTuple):
    """An invitation whose link was followed."""

    invitation: Invitation
    state: InvitationState
    record: ContractRecord


class InvitationService:
    """Invitations of contracts."""

    def __init__(self, contracts: "ContractService", directory: Directory, table: str) -> None:
        self._contracts, self._directory = contracts, directory
        self.store = InvitationStore(table)

    def invite_all(self, record: ContractRecord, history: History, why: str, now: datetime) -> None:
        """Invite whoever is to be (``to_invite``). ``why`` is the fact that brings it: the same
        again invites nobody twice."""
        sent = self.store.sent(record.id)
        again = [one.person for one in sent if one.id == _id(record.id, one.person, why)]
        for person in [*to_invite(record.agreement, history, sent, now), *again]:
            self._invite(record, history, person, why, now)

    def invite(self, contract: str, person: str, by: Actor) -> None:
        """Invite somebody, or once more. NotInvited when they are not to be."""
        record = self._contracts.open(contract)
        history = self._contracts.history(record)
        sent = self.store.sent(contract)
        check_invite(record.agreement, history, person, sent, by.at)
        self._invite(record, history, person, by.at.isoformat(), by.at)
        what = {"rule": "HT-20", "event": "invited", "detail": person}
        self._contracts.audit.note(contract, f"INVITED#{person}#{by.at.isoformat()}", what, by)

    def add_watcher(self, contract: str, watcher: WatcherPerson, by: Actor) -> ContractRecord:
        """One more who watches, and who is invited. NotInvited when nobody can be added."""
        record = self._contracts.open(contract)
        history = self._contracts.history(record)
        check_watcher(record.agreement, history, watcher.email)
        agreement = record.agreement.with_watcher(watcher)
        key = agreement.watchers[-1].key
        check_invite(agreement, self._contracts.history(replace(record, agreement=agreement)), key,
                     self.store.sent(contract), by.at)  # fmt: skip
        fact = f.WatcherAdded(on=in_japan(by.at), id=f"watcher_added/{key}", watcher=key)
        history = self._contracts.amend(record, agreement, fact, by)
        self._invite(record, history, key, fact.key, by.at)
        return record

    def _invite(
        self, record: ContractRecord, history: History, person: str, why: str, now: datetime
    ) -> None:
        to = record.agreement.person(person)
        if to is None:
            return
        id = _id(record.id, person, why)
        invitation = Invitation(id=id, contract=record.id, person=person, email=to.email, at=now)
        known = next((one for one in self.store.sent(record.id) if one.id == id), None)
        if known is None:
            published = self._directory.invite(
                InvitationContact(
                    contract=record.id,
                    id=id,
                    name=to.name,
                    email=to.email,
                    token=secrets.token_urlsafe(32),
                ),
                invitation.expires,
            )
            self.store.keep(invitation, published.token)
        name = history.product.name
        self._contracts.announce([
            Notice(
                id=f"{record.id}/invitation/{id}",
                kind=NoticeKind("contract.invited"),
                rule="HT-20",
                at=known.at if known else now,
                audience=Invited(contract=record.id, invitation=id),
                subject=record.id,
                urgent=True,
                values={
                    "product": Sentence(ja=name.get("ja", ""), en=name.get("en", "")),
                    "role": role_of(person),
                    "place": record.agreement.home_name,
                    "from": record.agreement.contractor.name,
                    "until": str(in_japan((known or invitation).expires).date()),
                },
            )
        ])  # fmt: skip

    # --- accepting

    def open(self, token: str, now: datetime) -> Opened | None:
        """The invitation that a link is for."""
        invitation = self.store.find(token)
        if invitation is None:
            return None
        record = self._contracts.open(invitation.contract)
        sent = self.store.sent(record.id)
        history = self._contracts.history(record)
        return Opened(
            invitation, state_of(invitation, sent, record.agreement, history, now), record
        )

    def accept(self, opened: Opened, login: str, email: str, now: datetime) -> ContractRecord:
        """Somebody logged in accepts: they belong to the contract and its home from now on.
        NotInvited when they may not."""
        invitation, record = opened.invitation, opened.record
        check_accept(invitation, opened.state, login, email)
        if opened.state == "accepted":
            return record
        by = Actor(login, "invitation", now)
        fact = f.InvitationAccepted(
            on=in_japan(now), id=f"invitation/{invitation.id}", person=invitation.person
        )
        accepted = invitation.model_copy(update={"accepted": now, "by": login})
        agreement = record.agreement.linked(invitation.person, login)
        also = [
            *self.store.accepting(accepted),
            *self._contracts.store.belongs(record.id, login),
        ]
        try:
            self._contracts.amend(record, agreement, fact, by, also)
        except Conflict:
            again = self.store.sent(record.id)
            if any(one.id == invitation.id and one.by == login for one in again):
                return self._contracts.open(record.id)
            raise
        self._directory.withdraw_invitation(record.id, invitation.id)
        return record


def _id(contract: str, person: str, why: str) -> str:
    """The id of an invitation: the same for the same reason."""
    return hashlib.sha256(f"{contract}/{person}/{why}".encode()).hexdigest()[:24]
