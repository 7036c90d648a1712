"""The notices table: how people want to be left alone, and what waits for them meanwhile."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from boto3.dynamodb.conditions import Key

from lambdas.notify.quiet import Hours, Quiet
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.events import Notice

_KEPT = timedelta(days=14)
"""How long what waits is kept, should it never be told."""


class Held(NamedTuple):
    """A notice that waits for its reader."""

    key: str
    notice: Notice


class QuietStore:
    """Quiet hours and held notices in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def quiet(self, person: str) -> Quiet:
        """How a person wants to be left alone; not at all until they say so."""
        row = self._table.get_item(Key=_quiet(person), ConsistentRead=True).get("Item", {})
        hours = None
        if "start" in row:
            hours = Hours(time.fromisoformat(row["start"]), time.fromisoformat(row["end"]))
        muted = row.get("muted_until")
        return Quiet(hours, datetime.fromisoformat(muted) if muted else None)

    def choose(self, person: str, quiet: Quiet) -> None:
        """Remember how a person wants to be left alone."""
        row: dict[str, str] = _quiet(person)
        if quiet.hours:
            start, end = (f"{one:%H:%M}" for one in quiet.hours)
            row |= {"start": start, "end": end}
        if quiet.muted_until:
            row["muted_until"] = quiet.muted_until.isoformat()
        self._table.put_item(Item=row)

    def hold(self, person: str, notice: Notice, now: datetime) -> None:
        """Keep a notice for a person; once, however often it is delivered."""
        key = f"HELD#{notice.at.isoformat()}#{notice.id}"
        expires = int((now + _KEPT).timestamp())
        row = {**_held(person, key), "notice": notice.model_dump_json(), "expires": expires}
        self._table.put_item(Item=row)

    def held(self, person: str) -> list[Held]:
        """What waits for a person, the oldest first."""
        of = Key("pk").eq(f"PERSON#{person}") & Key("sk").begins_with("HELD#")
        rows = dynamo.query(self._table, of, ConsistentRead=True)
        return [Held(row["sk"], Notice.model_validate_json(row["notice"])) for row in rows]

    def let_go(self, person: str, held: Held) -> None:
        """A notice does not wait any more."""
        self._table.delete_item(Key=_held(person, held.key))

    # --- whether somebody looks after what is held

    def looked_after(self, person: str, now: datetime) -> bool:
        """Whether a message is on its way that looks at what a person's notices wait for."""
        row = self._table.get_item(Key=_watch(person), ConsistentRead=True).get("Item")
        return row is not None and now < datetime.fromisoformat(row["until"])

    def look_after(self, person: str, until: datetime) -> None:
        """A message is on its way. Should it be lost, the next notice sends another after
        ``until``."""
        expires = int((until + _KEPT).timestamp())
        self._table.put_item(
            Item={**_watch(person), "until": until.isoformat(), "expires": expires}
        )

    def looked(self, person: str) -> None:
        """The message has come: the next notice that waits needs another."""
        self._table.delete_item(Key=_watch(person))


def _quiet(person: str) -> dict[str, Any]:
    return {"pk": f"PERSON#{person}", "sk": "QUIET"}


def _held(person: str, key: str) -> dict[str, Any]:
    return {"pk": f"PERSON#{person}", "sk": key}


def _watch(person: str) -> dict[str, Any]:
    return {"pk": f"PERSON#{person}", "sk": "HELD_WATCH"}
