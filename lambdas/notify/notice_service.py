"""Telling people: who they are, in which language, by phone or by mail, once.

Who has a phone that is told (lambdas/notify/push_service.py) is mailed only what no phone of theirs
has shown in time.

A notice is claimed for each reader, sent, and confirmed. A mail that is not sent is tried again
with its message, five times and then from the dead-letter queue, to the address of that day;
whoever was told meanwhile is not told again.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.notify import followup_gateway, mail_gateway
from lambdas.notify.digest import digest
from lambdas.notify.followups import LONGEST, PushAgain, TellHeld
from lambdas.notify.mails import Mail, Operator, Reader, mail
from lambdas.notify.picture_store import PictureStore
from lambdas.notify.push_service import PushService
from lambdas.notify.quiet import Quiet
from lambdas.notify.quiet_store import Held, QuietStore
from lambdas.notify.store import Delivery, InProgress, Store, address_key
from lambdas.notify.words import words_of
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.events import (
    Contractor,
    Invited,
    Members,
    Notice,
    NoticeKind,
    Person,
    PhonesOf,
    PictureAddresses,
    Sentence,
    StaffGroup,
)
from lambdas.shared.household import Home, InvitationContact
from lambdas.shared.settings import Settings


class NoticeSettings(Settings):
    """What the function needs."""

    notices_table: str
    directory_table: str
    pictures_bucket: str
    web_url: str
    sender: str
    configuration_set: str  # by which SES says what becomes of mails
    call_centre: str  # the number to call (DL-15, DL-24)
    push_parameter: str  # the operator's key for phones
    followup_queue: str  # what is left to be done of a push
    staff: str  # JSON: the address of each group of staff; an empty one is not told
    cooldown_seconds: int = 10


class NoReader(Exception):
    """The directory does not know, or not yet, who is to be told."""


class NotTold(Exception):
    """Some readers could not be mailed; those who were are not mailed again."""


class NoticeService:
    """Tells notices to those whom they are for."""

    def __init__(self, settings: NoticeSettings) -> None:
        self.settings = settings
        self.store = Store(settings.notices_table)
        self.quiet = QuietStore(settings.notices_table)
        self.directory = Directory(settings.directory_table)
        self.push = PushService(
            settings.notices_table, settings.push_parameter, settings.followup_queue
        )
        self._pictures = PictureStore(settings.pictures_bucket)
        self._operator = Operator(settings.web_url, settings.call_centre)

    @cached_property
    def staff(self) -> dict[str, str]:
        """The address of each group of staff."""
        found: dict[str, str] = json.loads(self.settings.staff)
        return found

    def tell(self, notice: Notice, delivery: Delivery, *, without: Collection[str] = ()) -> None:
        """Tell everybody who is to be told and was not, but the addresses ``without``, which are
        told of the same otherwise. NotTold when somebody could not be, after all others were;
        InProgress when another delivery is at it; NoReader when the directory knows nobody."""
        failed, waiting = [], []
        for reader in self._readers(notice):
            if reader.email in without:
                continue
            try:
                self._tell(notice, reader, delivery)
            except InProgress as busy:
                waiting.append(f"{reader.key}: {busy}")
            except Exception as error:  # whatever it is, the others are told all the same
                logger.exception("not told", extra={"notice": notice.id, "person": reader.key})
                metrics.add_metric(name="NoticesNotSent", unit="Count", value=1)
                failed.append(f"{reader.key}: {error}")
        if failed:
            raise NotTold("; ".join(failed))
        if waiting:
            raise InProgress("; ".join(waiting))

    def _tell(self, notice: Notice, reader: Reader, delivery: Delivery) -> None:
        if self._hold(notice, reader, delivery.at):
            return
        ready = self.push.ready(notice, reader.key, delivery.at)
        pushed = (
            ready is not None
            and not self.store.mailed(notice, reader.key)
            and self.push.first(ready, notice, reader.key, self._mail(notice, reader), delivery.at)
        )
        if not pushed and reader.email:
            self._send(notice, reader, delivery)
        elif not pushed:  # the clock of what they were to do sees that they are silent
            metrics.add_metric(name="PhonesNotReached", unit="Count", value=1)

    def _hold(self, notice: Notice, reader: Reader, now: datetime) -> bool:
        """Keep a notice that can wait for a reader who wants to be left alone; whether it was."""
        waits = words_of(notice.kind).entry.waits
        if waits == "never" or self._told(notice, reader.key):
            return False
        until = self.quiet.quiet(reader.key).until(waits, now)
        if until is None:
            return False
        self.quiet.hold(reader.key, notice, now)
        metrics.add_metric(name="NoticesWaiting", unit="Count", value=1)
        if not self.quiet.looked_after(reader.key, now):
            self._look_after(reader.key, until, now)
        return True

    def _look_after(self, person: str, until: datetime, now: datetime) -> None:
        """Have somebody's held notices looked at, before which is written down that they are."""
        after = min(until - now, LONGEST)
        followup_gateway.later(self.settings.followup_queue, TellHeld(person=person), after)
        self.quiet.look_after(person, now + 2 * LONGEST)

    def _told(self, notice: Notice, person: str) -> bool:
        return self.store.mailed(notice, person) or self.push.seen(notice, person)

    def tell_held(self, person: str, delivery: Delivery) -> None:
        """Tell somebody, as one notice, what does not have to wait for them any more, and have the
        rest looked at again. Who is not to be told any more hears nothing."""
        self.quiet.looked(person)
        held, quiet = self.quiet.held(person), self.quiet.quiet(person)
        ends = {one.key: _waits_until(one, quiet, delivery.at) for one in held}
        self._tell_together(person, [one for one in held if not ends[one.key]], delivery)
        if waiting := [end for end in ends.values() if end]:
            self._look_after(person, min(waiting), delivery.at)

    def _tell_together(self, person: str, due: Sequence[Held], delivery: Delivery) -> None:
        told = []
        for one in due:
            reader = self._reader(one.notice, person)
            if reader and not self._told(one.notice, person):
                told.append((one.notice, reader, self._mail(one.notice, reader)))
        if told:
            last, reader, _ = told[-1]
            mails = [(notice, made) for notice, _, made in told]
            together = digest(person, mails, last.audience, self.settings.web_url, delivery.at)
            self._tell(together, reader, delivery)
            for notice, _, _ in told:
                self.store.sent(notice, person, together.id)
        for one in due:
            self.quiet.let_go(person, one)

    def _reader(self, notice: Notice, person: str) -> Reader | None:
        """Somebody, if a notice is still for them."""
        try:
            found = self._readers(notice)
        except NoReader:
            return None
        return next((one for one in found if one.key == person), None)

    def mail_unless_seen(self, notice: Notice, person: str, delivery: Delivery) -> None:
        """Mail somebody what none of their phones has shown, if they are still to be told."""
        if self.push.seen(notice, person):
            return
        for reader in self._readers(notice):
            if reader.key == person:
                self._send(notice, reader, delivery)

    def heard(self, event: mail_gateway.MailEvent, delivery: Delivery) -> None:
        """SES says of a mail that it took it, or that it did not reach its reader, who then was not
        told: staff is, whose mails are the only ones that nobody is told of."""
        notice, person = event.told
        if not event.returned:
            self.store.accepted(notice, person, event.message)
            return
        kept = self.store.returned(notice, person, event.why)
        metrics.add_metric(name="MailsReturned", unit="Count", value=1)
        if kept is None or person.startswith("staff/"):
            return
        self.tell(returned_mail(kept, event, delivery.at), delivery)

    def push_again(self, again: PushAgain, at: datetime) -> None:
        """Try a phone again, unless its owner is told by now or not to be told any more."""
        notice, person = again.notice, again.person
        if self.push.seen(notice, person) or self.store.mailed(notice, person):
            return
        for reader in self._readers(notice):
            if reader.key == person:
                self.push.again(again, self._mail(notice, reader), at)

    def _readers(self, notice: Notice) -> list[Reader]:
        if not isinstance(notice.audience, PictureAddresses):
            return readers_of(notice, self.directory, self.staff)
        home = self.directory.home(notice.audience.home)
        named = home.name if home else ""
        addresses = self.store.picture_addresses(notice.audience.home)
        return [Reader(address_key(one), one, one, named) for one in addresses]

    def _mail(self, notice: Notice, reader: Reader) -> Mail:
        return mail(notice, reader, self.store.language(reader.key), self._operator)

    def _send(self, notice: Notice, reader: Reader, delivery: Delivery) -> None:
        if not self.store.claim(notice, reader.key, delivery):
            return
        try:
            picture = self._pictures.get(notice.picture) if notice.picture else None
            made = self._mail(notice if picture else without_picture(notice), reader)
            message = mail_gateway.send(
                self.settings.sender,
                reader.email,
                made,
                mail_gateway.Told(notice.id, reader.key),
                self.settings.configuration_set,
                picture,
            )
        except Exception as error:  # whatever it is, it is on record, and the claim is free again
            self.store.failed(notice, reader.key, delivery, f"{type(error).__name__}: {error}")
            raise
        metrics.add_metric(name="NoticesSent", unit="Count", value=1)
        try:
            self.store.sent(notice, reader.key, message)
        except (ClientError, BotoCoreError):
            # The mail is out: trying the message again would send it twice.
            logger.exception("not confirmed", extra={"notice": notice.id, "person": reader.key})


def _waits_until(held: Held, quiet: Quiet, now: datetime) -> datetime | None:
    return quiet.until(words_of(held.notice.kind).entry.waits, now)


NOT_SENT = Sentence(ja="メールを送信できませんでした。", en="the mail could not be sent.")
RETURNED = {
    "Bounce": Sentence(
        ja="宛先が受け取らないか、以前に届かなかった宛先です。",
        en="the address does not take it, or did not take an earlier one.",
    ),
    "Complaint": Sentence(ja="迷惑メールとして報告されました。", en="it was reported as unwanted."),
}


def returned_mail(kept: Mapping[str, Any], event: mail_gateway.MailEvent, at: datetime) -> Notice:
    """What staff is told of a mail that did not reach its reader, by the address, which a caller is
    found by; once for each."""
    return Notice(
        id=f"returned-{event.told.notice}-{event.told.person}",
        kind=NoticeKind("contract.staff_mail_returned"),
        rule="G-07",
        at=at,
        audience=StaffGroup(group="billing"),
        values={
            "about": str(kept.get("subject", "")),
            "address_of": event.to,
            "why": RETURNED.get(event.kind, NOT_SENT),
            "said": event.why,
        },
    )


def without_picture(notice: Notice) -> Notice:
    """The notice where its picture is gone, which is kept some days only."""
    if not notice.picture:
        return notice
    values = {**notice.values, "pictures": "gone"}
    return notice.model_copy(update={"picture": "", "values": values})


def readers_of(notice: Notice, directory: Directory, staff: dict[str, str]) -> list[Reader]:
    """Those with an address among whom a notice is for, or whose phones it is for. NoReader when
    the directory knows nobody of its contract or home; KeyError for a group of staff that is not in
    ``staff``."""
    match notice.audience:
        case PhonesOf(person=person):
            return [Reader(person, "", "")]
        case Contractor(contract=contract):
            contact = directory.contact(contract)
            if contact is None:
                raise NoReader(f"contract {contract}")
            key = contact.person or f"contract/{contract}"
            home = directory.home(notice.home) if notice.home else None
            named = home.name if home else ""
            readers = [Reader(key, contact.name, contact.email, named)]
        case Members(home=id):
            readers = _members(directory.home(id), id)
        case Person(home=id, person=person):
            readers = [one for one in _members(directory.home(id), id) if one.key == person]
        case Invited(contract=contract, invitation=id):
            invited = directory.invitation(contract, id)
            readers = [_invited(invited)] if invited else []
        case StaffGroup(group=group):
            readers = [Reader(f"staff/{group}", "", staff[group])]
    found = [one for one in readers if one.email]
    if not found:
        logger.warning("nobody to tell", extra={"notice": notice.id, "kind": notice.kind})
    return found


def _invited(to: InvitationContact) -> Reader:
    return Reader(f"invitation/{to.id}", to.name, to.email, token=to.token)


def _members(home: Home | None, id: str) -> list[Reader]:
    if home is None:
        raise NoReader(f"home {id}")
    return [Reader(one.person, one.name, one.email, home.name) for one in home.watchers]
