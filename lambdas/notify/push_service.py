"""Telling somebody's phones first, and by mail what none of them has shown in time.

The mail that follows unless a phone has shown the notice is put into the queue of followups before
the first push goes out; so is another try of a push that its service could not take.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from lambdas.notify import followup_gateway, phones, push_gateway, push_key_store
from lambdas.notify.followups import MailUnlessSeen, PushAgain
from lambdas.notify.mails import Mail
from lambdas.notify.phone_store import PhoneStore
from lambdas.notify.phones import Phone
from lambdas.notify.push_gateway import Result
from lambdas.notify.push_key_store import PushKey
from lambdas.shared.aws.observability import metrics
from lambdas.shared.events import Notice, PhonesOf


class Ready(NamedTuple):
    """What a person can be told with by push."""

    phones: list[Phone]
    key: PushKey


class PushService:
    """Tells phones."""

    def __init__(self, notices_table: str, parameter: str, queue: str) -> None:
        self.store = PhoneStore(notices_table)
        self._parameter, self._queue = parameter, queue

    def ready(self, notice: Notice, person: str, now: datetime) -> Ready | None:
        """Whether a person's phones come first: they have some, want it so for what is not urgent,
        the operator has a key, and the notice is not too old."""
        found = self.store.phones(person)
        if not found or now >= notice.at + phones.lasts(notice):
            return None
        if not phones.goes_first(notice, "phone" if notice.urgent else self.store.way(person)):
            return None
        key = push_key_store.key(self._parameter)
        return Ready(found, key) if key else None

    def first(self, by: Ready, notice: Notice, person: str, mail: Mail, now: datetime) -> bool:
        """Tell a person's phones. Whether one of them may show the notice: a mail follows then
        if none does, where there is an address; otherwise it is due at once."""
        if not isinstance(notice.audience, PhonesOf):
            self._later(MailUnlessSeen(notice=notice, person=person), phones.SEEN_WITHIN)
        going = [self._push(by.key, notice, person, phone, mail, now, 0) for phone in by.phones]
        return any(going)

    def again(self, again: PushAgain, mail: Mail, now: datetime) -> None:
        """Try a phone again, if it is still its owner's and the notice is not too old."""
        key = push_key_store.key(self._parameter)
        for phone in self.store.phones(again.person):
            if phone.id == again.phone and key:
                self._push(key, again.notice, again.person, phone, mail, now, again.tries)

    def seen(self, notice: Notice, person: str) -> bool:
        """Whether one of a person's phones has shown a notice."""
        return self.store.seen(notice.id, person)

    def _push(
        self,
        key: PushKey,
        notice: Notice,
        person: str,
        phone: Phone,
        mail: Mail,
        now: datetime,
        tries: int,
    ) -> bool:
        if not self.store.awaits(notice, person, phone.id):
            return True
        push = phones.push_of(notice, mail, self.store.receipt(notice, person, now), now)
        if push is None:
            return False
        result = push_gateway.send(phone, push, key, now)
        metrics.add_metric(name=f"Pushes{result.value.title()}", unit="Count", value=1)
        if result is Result.BUSY:
            if tries >= len(phones.RETRIES):
                return False
            again = PushAgain(notice=notice, person=person, phone=phone.id, tries=tries + 1)
            self._later(again, phones.RETRIES[tries])
            return True
        self.store.pushed(notice, person, phone.id, result.value)
        if result is Result.GONE:
            self.store.remove(person, phone.id)
        return result is Result.TAKEN

    def _later(self, followup: MailUnlessSeen | PushAgain, after: timedelta) -> None:
        followup_gateway.later(self._queue, followup, after)
