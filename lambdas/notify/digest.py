"""What waited for somebody, as one notice: plain functions."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from lambdas.notify.mails import Mail, headline
from lambdas.shared.calendar import in_japan
from lambdas.shared.events import Audience, Notice, NoticeKind

MOST = 20
"""Notices of which a digest gives the headline; of others it says how many they are."""


def digest(
    person: str,
    told: Sequence[tuple[Notice, Mail]],
    audience: Audience,
    web_url: str,
    now: datetime,
) -> Notice:
    """One notice of several that waited, with the mail of each in the reader's language, the oldest
    first. It leads to the page that all of them lead to, if there is one."""
    lines = [
        f"・{in_japan(notice.at):%m/%d %H:%M} {headline(mail)}" for notice, mail in told[-MOST:]
    ]
    links = {mail.link for _, mail in told}
    page = links.pop().removeprefix(f"{web_url}/").removeprefix("#/") if len(links) == 1 else ""
    same = hashlib.sha256("|".join(notice.id for notice, _ in told).encode()).hexdigest()[:24]
    return Notice(
        id=f"held/{person}/{same}",
        kind=NoticeKind("held.digest"),
        rule="DC-21",
        at=now,
        audience=audience,
        subject=same,
        values={
            "count": len(told),
            "more": max(0, len(told) - MOST),
            "lines": "\n".join(lines),
            "page": page,
        },
    )
