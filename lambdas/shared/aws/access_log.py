"""What staff looked at and did: a record of each request, where no function may change it.

A record is an empty object whose name says everything, in a bucket that locks it:
``<day>/<time>!<person>!<method>!<status>!<path>``. Who asks the same again within ten minutes (a
page that keeps itself fresh) is written down once.
"""

from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.settings import Settings, load

LONGEST = 900
"""Bytes that a name may have, of the 1,024 that S3 takes."""

MINUTES = 10
"""For so long the same request is not written down again, …"""

MOST = 2_000
"""… of so many that a process remembers."""


class AccessLogSettings(Settings):
    """What every function with routes is told, beside its own settings."""

    access_log_bucket: str = ""


class Access(NamedTuple):
    """A request of somebody of the staff."""

    at: datetime
    person: str
    method: str
    status: int
    path: str  # with what was asked for, as it was sent

    def name(self) -> str:
        """The record's name."""
        said = (self.person, self.method, str(self.status), self.path)
        name = "!".join(quote(part, safe="") for part in said)
        return f"{self.at:%Y-%m-%d/%H%M%S.%f}!{name}"[:LONGEST]


def read(name: str) -> Access:
    """The request that a record's name says. Raises ValueError for another name."""
    at, person, method, status, path = name.split("!", 4)
    when = datetime.strptime(f"{at}+0000", "%Y-%m-%d/%H%M%S.%f%z")
    return Access(when, unquote(person), unquote(method), int(status), unquote(path))


def record(access: Access) -> None:
    """Keep a request. One that cannot be kept is logged, and the operator is called: whoever waits
    for the answer may be at a door."""
    bucket = load(AccessLogSettings).access_log_bucket
    if not bucket:
        return
    if access.method == "GET" and not _first(access._replace(at=_tenth(access.at))):
        return
    try:
        client("s3").put_object(Bucket=bucket, Key=access.name(), Body=b"")
    except Exception:  # whatever it is, the answer goes out
        logger.exception("access not recorded", extra={"access": access.name()})
        metrics.add_metric(name="AccessNotRecorded", unit="Count", value=1)


def _tenth(at: datetime) -> datetime:
    """The beginning of the ten minutes."""
    return at.replace(minute=at.minute - at.minute % MINUTES, second=0, microsecond=0)


_recorded: dict[Access, None] = {}
"""Recorded by this process lately, the latest at the end."""


def _first(access: Access) -> bool:
    """Whether this process has not recorded it yet."""
    first = access not in _recorded
    _recorded[access] = None
    if len(_recorded) > MOST:
        del _recorded[next(iter(_recorded))]
    return first
