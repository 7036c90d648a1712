"""Existing alarm panels over ANSI/SIA DC-09: what is received, what it means, what is answered.

A step from a line to an answer and events, without sockets and clock. Payloads are not trusted: a
plain line for an account that has a key is refused, whatever lies too far in the past or the future
is refused with our time, so that the panel sets its clock, and a line that comes again is answered
again and means nothing new.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

RelayedAlarm = Literal["fire", "gas", "emergency", "duress", "intrusion", "tamper", "water"]

PAST, FUTURE = timedelta(seconds=40), timedelta(seconds=20)
"""How far a panel's time may be off."""
REPEATED = timedelta(seconds=120)
"""So long a line is known again."""
LONGEST = 1024  # bytes of a line
REMEMBERED = 256

SIA: Mapping[str, tuple[RelayedAlarm, bool]] = {
    "BA": ("intrusion", False), "BV": ("intrusion", False), "BM": ("intrusion", False),
    "BH": ("intrusion", True), "BR": ("intrusion", True),
    "FA": ("fire", False), "FH": ("fire", True), "FR": ("fire", True),
    "KA": ("fire", False), "KH": ("fire", True), "KR": ("fire", True),
    "GA": ("gas", False), "GH": ("gas", True), "GR": ("gas", True),
    "WA": ("water", False), "WH": ("water", True), "WR": ("water", True),
    "PA": ("emergency", False), "PH": ("emergency", True), "PR": ("emergency", True),
    "QA": ("emergency", False), "QH": ("emergency", True), "QR": ("emergency", True),
    "MA": ("emergency", False), "MH": ("emergency", True), "MR": ("emergency", True),
    "HA": ("duress", False), "HH": ("duress", True), "HR": ("duress", True),
    "TA": ("tamper", False), "TH": ("tamper", True), "TR": ("tamper", True),
}  # fmt: skip
"""SIA event codes that are alarms, and whether they say that one is over (ANSI/SIA DC-03)."""

CONTACT_ID: Mapping[str, RelayedAlarm] = {
    **dict.fromkeys(("100", "101", "102", "120", "123"), "emergency"),
    **dict.fromkeys(("121", "122", "124", "125"), "duress"),
    **dict.fromkeys(("110", "111", "112", "114", "115", "116", "117", "118"), "fire"),
    **dict.fromkeys(("113", "154"), "water"),
    **dict.fromkeys(("151", "162"), "gas"),
    **dict.fromkeys(("137", "144", "145"), "tamper"),
    **dict.fromkeys(
        ("130", "131", "132", "133", "134", "135", "136", "138", "139", "140", "146"), "intrusion"
    ),
}
"""Contact ID event codes that are alarms (ANSI/SIA DC-05)."""


class Account(NamedTuple):
    """A panel that may report. ``key``: 16, 24 or 32 characters as entered into it; none: plain."""

    id: str
    key: str | None = None


class Event(NamedTuple):
    """What a panel said. ``alarm``: None where nobody is needed."""

    account: str
    code: str
    zone: str
    alarm: RelayedAlarm | None
    over: bool = False


class Answered(NamedTuple):
    """The bytes to send back, None for none, what happened, why a line was refused, and whose it is
    where it was not."""

    answer: bytes | None
    events: tuple[Event, ...] = ()
    refused: str | None = None
    account: str | None = None


class _Line(NamedTuple):
    kind: str
    encrypted: bool
    sequence: str
    receiver: str
    prefix: str
    account: str
    rest: str


_HEAD = re.compile(
    r'"(?P<star>\*?)(?P<kind>SIA-DCS|ADM-CID|NULL)"(?P<sequence>\d{4})'
    r"(?P<receiver>R[0-9A-Fa-f]{1,6})?(?P<prefix>L[0-9A-Fa-f]{1,6})"
    r"#(?P<account>[0-9A-Fa-f]{3,16})\[(?P<rest>.*)",
    re.DOTALL,
)
_BODY = re.compile(
    r"(?:#[0-9A-Fa-f]{3,16})?\|?(?P<data>[^\[\]]*)\](?P<more>(?:\[[^\[\]]*\])*)(?:_(?P<at>[\d:,-]*))?"
)
_CONTACT = re.compile(r"([136])(\d{3}) ([0-9A-Fa-f]{2}) ([0-9A-Fa-f]{3})")
_SIA_PART = re.compile(r"([A-Z]{2})([0-9]{0,8})")


class Receiver:
    """Answers the lines of all panels of a home. Not for several threads at once."""

    def __init__(
        self, accounts: Iterable[Account], pad: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._accounts = {account.id.upper(): account for account in accounts}
        for account in self._accounts.values():
            if account.key is not None and len(account.key.encode()) not in (16, 24, 32):
                raise ValueError(f"account {account.id}: a key has 16, 24 or 32 characters")
        self._pad = pad
        self._seen: dict[tuple[str, str, str], datetime] = {}

    def answer(self, line: bytes, now: datetime) -> Answered:
        """Take a line, from LF to CR without either. Never raises, whatever is in it.

        A line with a wrong checksum is not answered, as the standard wants it.
        """
        if len(line) > LONGEST:
            return Answered(None, refused="too long")
        body = line[8:]
        try:
            right = (int(line[:4], 16), int(line[4:8], 16)) == (crc(body), len(body))
        except ValueError:
            right = False
        if not right:
            return Answered(None, refused="checksum")
        parsed = _line(body)
        account = self._accounts.get(parsed.account) if parsed else None
        if parsed is None:
            return Answered(_nak(now), refused="no message")
        if account is None:
            return Answered(_nak(now), refused=f"unknown account {parsed.account}")
        if account.key is not None and not parsed.encrypted:
            return Answered(_nak(now), refused="plain for an account with a key")
        if account.key is None and parsed.encrypted:
            return Answered(_nak(now), refused="no key for this account")
        text = _decrypted(parsed.rest, account.key) if account.key else parsed.rest
        found = _BODY.fullmatch(text) if text is not None else None
        if found is None:
            return Answered(_nak(now), refused="not understood")
        if not _in_time(found["at"], now, needed=parsed.encrypted):
            return Answered(_nak(now), refused=f"time {found['at']}")
        events = _events(parsed, found["data"])
        if events is None:
            return Answered(_nak(now), refused="not understood")
        answer = self._ack(parsed, account, now)
        if self._again(parsed, found["data"], now):
            return Answered(answer, account=account.id)
        return Answered(answer, events, account=account.id)

    def _again(self, line: _Line, data: str, now: datetime) -> bool:
        """Whether a line came before; NULL, which says nothing, never does."""
        key = line.account, line.sequence, f"{line.kind} {data}"
        self._seen = {
            known: at for known, at in self._seen.items() if timedelta(0) <= now - at <= REPEATED
        }
        again = key in self._seen
        if len(self._seen) >= REMEMBERED and not again:
            del self._seen[next(iter(self._seen))]
        self._seen.setdefault(key, now)
        return again

    def _ack(self, line: _Line, account: Account, now: datetime) -> bytes:
        where = f"{line.sequence}{line.receiver}{line.prefix}#{line.account}["
        if account.key is None:
            return framed(f'"ACK"{where}]')
        return framed(f'"*ACK"{where}{encrypted("", f"]{_stamp(now)}", account.key, self._pad)}')


def crc(body: bytes) -> int:
    """CRC-16/ARC of a message, from its first quote to its end."""
    value = 0
    for byte in body:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


def framed(body: str) -> bytes:
    """A message with its checksum and length between LF and CR."""
    raw = body.encode("ascii", errors="replace")
    return b"\n" + f"{crc(raw):04X}{len(raw):04X}".encode() + raw + b"\r"


def encrypted(data: str, end: str, key: str, pad: Callable[[int], bytes] = os.urandom) -> str:
    """Data and what follows it, under AES-CBC with an initial vector of 0, in hexadecimal.

    In front stands what fills the blocks: hexadecimal digits at random and a bar.
    """
    fixed = f"|{data}{end}".encode()
    fill = 16 - len(fixed) % 16
    digits = pad(fill).hex()[:fill]
    cipher = Cipher(algorithms.AES(key.encode()), modes.CBC(bytes(16))).encryptor()
    return (cipher.update(digits.encode() + fixed) + cipher.finalize()).hex().upper()


def _line(body: bytes) -> _Line | None:
    try:
        found = _HEAD.fullmatch(body.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    return _Line(
        found["kind"],
        bool(found["star"]),
        found["sequence"],
        found["receiver"] or "",
        found["prefix"],
        found["account"].upper(),
        found["rest"],
    )


def _decrypted(text: str, key: str) -> str | None:
    try:
        raw = bytes.fromhex(text)
        if not raw or len(raw) % 16:
            return None
        cipher = Cipher(algorithms.AES(key.encode()), modes.CBC(bytes(16))).decryptor()
        plain = (cipher.update(raw) + cipher.finalize()).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return None
    _, bar, rest = plain.partition("|")
    return rest if bar else None


def _in_time(stamp: str | None, now: datetime, *, needed: bool) -> bool:
    if not stamp:
        return not needed
    try:
        at = datetime.strptime(stamp, "%H:%M:%S,%m-%d-%Y").replace(tzinfo=UTC)
    except ValueError:
        return False
    return -PAST <= at - now <= FUTURE


def _events(line: _Line, data: str) -> tuple[Event, ...] | None:
    """What the data mean; None: nothing that can be understood."""
    if line.kind == "NULL":
        return () if not data else None
    if line.kind == "ADM-CID":
        found = _CONTACT.fullmatch(data)
        if found is None:
            return None
        qualifier, code, _group, zone = found.groups()
        alarm = CONTACT_ID.get(code) if qualifier in "13" else None
        return (Event(line.account, qualifier + code, zone, alarm, qualifier == "3"),)
    events = []
    for part in data.removeprefix("N").split("/"):
        part = re.split(r"[\^*|]", part, maxsplit=1)[0]
        coded = _SIA_PART.fullmatch(part)
        if coded is not None:
            alarm, over = SIA.get(coded[1], (None, False))
            events.append(Event(line.account, coded[1], coded[2], alarm, over))
    return tuple(events) or None


def _nak(now: datetime) -> bytes:
    return framed(f'"NAK"0000R0L0A0[]{_stamp(now)}')


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("_%H:%M:%S,%m-%d-%Y")
