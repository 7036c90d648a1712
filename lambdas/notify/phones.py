"""Phones that are told by Web Push: what a subscription must be, and how a notice goes to it.

Plain functions; lambdas/notify/web_push.py encrypts, push_gateway.py sends.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from lambdas.notify.mails import Mail
from lambdas.shared.events import Notice, PhonesOf

MOST = 10
"""Phones of one person."""

KEPT = timedelta(days=180)
"""How long a phone is told that does not open the page any more."""

SEEN_WITHIN = timedelta(seconds=60)
"""How long a mail waits for a phone that shows the notice."""

RETRIES: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (15, 60, 240, 900))
"""When a push is tried again that its service could not take."""

SERVICES: Sequence[str] = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""The push services of Chromium, Firefox, Safari and Edge; ``*.name`` is every host below it."""

_LASTS = {"alarm": 1, "security": 1, "camera": 1, "activity": 4}
"""Hours in which a notice of these catalogues may reach a phone; others may within a day."""

_LONGEST_TITLE, _LONGEST_TEXT = 120, 400

Way = Literal["mail", "phone"]
"""How what is not urgent is told: by mail, or as what is urgent is: phones first, and by mail what
none of them has shown in time."""


class Phone(NamedTuple):
    """A browser that is told, on a phone or elsewhere."""

    id: str
    endpoint: str
    p256dh: str
    auth: str
    name: str  # as its owner would call it: "iPhone", "Android（Chrome）"
    added_at: datetime
    seen_at: datetime  # when the page was opened there last


class Push(NamedTuple):
    """A notice on its way to phones."""

    message: bytes
    ttl: int  # seconds
    urgency: Literal["normal", "high"]
    topic: str


def id_of(endpoint: str) -> str:
    """The name of the phone behind an endpoint: the same each time, and nothing to guess from."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:24]


def is_push_service(endpoint: str) -> bool:
    """Whether an endpoint is an address at one of SERVICES: requests to any other would go wherever
    a caller wants them."""
    try:
        place = urlsplit(endpoint)
        port = place.port
    except ValueError:
        return False
    if place.scheme != "https" or port not in (None, 443) or "@" in place.netloc:
        return False
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    host = place.hostname or ""
    return any(
        host.endswith(one[1:]) and host != one[1:] if one.startswith("*.") else host == one
        for one in SERVICES
    )


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these can be a subscription's keys: a point of P-256, and 16 bytes."""
    try:
        point, secret = (
            base64.b64decode(one + "=" * (-len(one) % 4), altchars=b"-_", validate=True)
            for one in (p256dh, auth)
        )
    except ValueError:
        return False
    return len(point) == 65 and point[0] == 4 and _on_curve(point) and len(secret) == 16


def goes_first(notice: Notice, way: Way) -> bool:
    """Whether phones are told before a mail is sent."""
    return notice.urgent or way == "phone" or isinstance(notice.audience, PhonesOf)


def lasts(notice: Notice) -> timedelta:
    """How long after it was written a notice may come up on a phone: as long as it says itself, or
    what those of its catalogue last."""
    if notice.until is not None:
        return notice.until - notice.at
    return timedelta(hours=_LASTS.get(notice.kind.partition(".")[0], 24))


def push_of(notice: Notice, mail: Mail, receipt: str, now: datetime) -> Push | None:
    """What a phone gets of a notice: the mail's subject and first words, and its link. None when
    the notice is too old for a phone.

    The form is that of Declarative Web Push (``web_push`` is 8030), which a browser shows even when
    the page's worker cannot. ``receipt`` is what the worker says once it is shown.
    """
    left = int((notice.at + lasts(notice) - now).total_seconds())
    if left <= 0:
        return None
    message = {
        "web_push": 8030,
        "mutable": True,
        "notification": {
            "title": shortened(mail.subject, _LONGEST_TITLE),
            "body": shortened(mail.summary, _LONGEST_TEXT),
            "navigate": mail.link,
            "lang": mail.language,
            "tag": _topic(notice),
            "requireInteraction": notice.urgent,
            "data": {"receipt": receipt},
        },
    }
    return Push(
        json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(),
        min(left, int(lasts(notice).total_seconds())),
        "high" if notice.urgent else "normal",
        _topic(notice),
    )


def shortened(text: str, longest: int) -> str:
    """A text of at most so many letters; where some are left out, it ends in …"""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _topic(notice: Notice) -> str:
    """What takes the place of an earlier one that did not arrive: of what is urgent only the same
    notice, of others the next of the same kind about the same thing. At most 32 letters of
    base64url (RFC 8030)."""
    same = notice.id if notice.urgent else f"{notice.kind}|{notice.home}|{notice.subject}"
    return hashlib.sha256(same.encode()).hexdigest()[:32]


_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def _on_curve(point: bytes) -> bool:
    """Whether a point is on P-256 (SEC 1): there is nothing to encrypt with if it is not."""
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    return x < _P and y < _P and (y * y - x * x * x + 3 * x - _B) % _P == 0
