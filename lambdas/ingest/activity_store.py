"""Activity in the readings table: an hour of a home a row, and which homes there are.

A report costs one write for each hour it touches, and a second one where it is the hour's first.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Attr, Key

from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity.packing import Hours, Part
from lambdas.ingest.activity.preferences import Kept, SensorSite
from lambdas.ingest.activity.told import NOTHING, Acknowledged, Told
from lambdas.ingest.statistics.cells import MonthOfStatistics
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import start_of

KEPT = timedelta(days=400)
FORGOTTEN = timedelta(days=40)
"""A home that was not heard of for so long is watched no more."""
_WATCHED, _STATISTICS = "ACTIVE-HOMES", "STATISTICS"


class HourFull(Exception):
    """More reports of one hour than a row holds: no device that works says so much."""


class ActivityStore:
    """What is known of homes' activity, in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def add(self, home: str, part: Part) -> None:
        """Keep a part of an hour, once. HourFull when the hour holds no more."""
        try:
            before = self._table.update_item(
                Key=_key(home, part.hour),
                UpdateExpression="SET expires = :expires ADD parts :part",
                ExpressionAttributeValues={
                    ":expires": int((part.hour + KEPT).timestamp()),
                    ":part": {part.packed},
                },
                ReturnValues="UPDATED_OLD",
            )
        except self._table.meta.client.exceptions.ClientError as error:
            said = error.response["Error"]
            if said["Code"] == "ValidationException" and "size" in said["Message"]:
                raise HourFull(f"{home} {part.hour:%Y-%m-%dT%H}Z") from error
            raise
        if not before.get("Attributes"):
            self._heard(home, part.hour)

    def _heard(self, home: str, hour: datetime) -> None:
        expires = int((hour + FORGOTTEN).timestamp())
        self._table.update_item(
            Key={"pk": _WATCHED, "sk": home},
            UpdateExpression="SET expires = :expires",
            ExpressionAttributeValues={":expires": expires},
        )

    def homes(self, at: datetime) -> Iterator[str]:
        """The homes that were heard of in the last weeks and are to be looked at, at ``at``."""
        for row in dynamo.query(self._table, Key("pk").eq(_WATCHED)):
            if row.get("again", 0) <= at.timestamp():
                yield row["sk"]

    def look_again(self, home: str, at: datetime | None) -> None:
        """Not to be looked at before ``at``; None: at the next occasion. A home that was not heard
        of for long is not taken up again."""
        with suppress(self._table.meta.client.exceptions.ConditionalCheckFailedException):
            self._table.update_item(
                Key={"pk": _WATCHED, "sk": home},
                UpdateExpression="SET again = :at",
                ConditionExpression=Attr("pk").exists(),
                ExpressionAttributeValues={":at": int(at.timestamp()) if at else 0},
            )

    def hours(self, home: str, first: datetime, last: datetime) -> Hours:
        """The parts of the hours that lie in ``first`` to ``last``."""
        between = Key("sk").between(_hour(first), _hour(last))
        rows = dynamo.query(self._table, Key("pk").eq(f"ACTIVITY#{home}") & between)
        return {
            datetime.strptime(row["sk"], _HOUR).replace(tzinfo=UTC): [
                bytes(part) for part in row["parts"]
            ]
            for row in rows
        }

    # -- what was learned and said

    def known(self, home: str) -> bytes | None:
        """What was learned of the home last night (knowledge.Known), if anything."""
        item = self._table.get_item(Key=_about(home, "KNOWN")).get("Item")
        return bytes(item["known"]) if item else None

    def keep_known(self, home: str, known: bytes, at: datetime) -> None:
        """Keep what was learned, instead of what was before."""
        expires = int((at + FORGOTTEN).timestamp())
        self._table.put_item(Item={**_about(home, "KNOWN"), "known": known, "expires": expires})

    def told(self, home: str) -> Told:
        """What the home's people were told."""
        item = self._table.get_item(Key=_about(home, "TOLD"), ConsistentRead=True).get("Item")
        return Told.model_validate_json(item["told"]) if item else NOTHING

    def keep_told(self, home: str, told: Told) -> None:
        """Keep what they were told, instead of what was before."""
        self._table.put_item(Item={**_about(home, "TOLD"), "told": told.model_dump_json()})

    # -- days, summed up

    def keep_days(self, home: str, rows: Iterable[DayRow]) -> None:
        """Keep days, instead of what was kept of them before."""
        for row in rows:
            expires = int((start_of(row.date) + KEPT).timestamp())
            key = _about(home, f"{_DAY}{row.date.isoformat()}")
            self._table.put_item(Item={**key, "day": row.model_dump_json(), "expires": expires})

    def days(self, home: str, first: date, last: date) -> list[DayRow]:
        """The days from ``first`` to ``last`` that were summed up, in order."""
        between = Key("sk").between(f"{_DAY}{first.isoformat()}", f"{_DAY}{last.isoformat()}")
        rows = dynamo.query(self._table, Key("pk").eq(f"ACTIVITY#{home}") & between)
        return [DayRow.model_validate_json(row["day"]) for row in rows]

    def day_of_all(self, day: date) -> Iterator[DayRow]:
        """The day of every home that was heard of in the last weeks, as far as it was summed up.
        Whose it is is not told (HT-74)."""
        homes = [row["sk"] for row in dynamo.query(self._table, Key("pk").eq(_WATCHED))]
        keys = [_about(home, f"{_DAY}{day.isoformat()}") for home in homes]
        for row in dynamo.get_many(self._table.name, keys):
            yield DayRow.model_validate_json(row["day"])

    def keep_statistics(self, shown: MonthOfStatistics) -> None:
        """Keep what may be shown of a month, instead of what was kept of it."""
        key = {"pk": _STATISTICS, "sk": shown.month}
        self._table.put_item(Item={**key, "shown": shown.model_dump_json()})

    def statistics(self, month: str) -> MonthOfStatistics | None:
        """What may be shown of a month (``YYYY-MM``), if it was summed up."""
        item = self._table.get_item(Key={"pk": _STATISTICS, "sk": month}).get("Item")
        return MonthOfStatistics.model_validate_json(item["shown"]) if item else None

    # -- the fridge

    def fridge_since(self, home: str) -> datetime | None:
        """When the home's fridge was last reset, if it ever was."""
        item = self._table.get_item(Key=_about(home, _FRIDGE)).get("Item")
        return datetime.fromisoformat(item["since"]) if item else None

    def reset_fridge(self, home: str, at: datetime) -> None:
        """What the fridge told before ``at`` is read no more."""
        self._table.put_item(Item={**_about(home, _FRIDGE), "since": at.isoformat()})

    # -- what they want to be told, and who looks after what they were told

    def preferences(self, home: str) -> tuple[dict[str, Kept], SensorSite]:
        """What each watcher set, by their login, and what is set for the home."""
        people: dict[str, Kept] = {}
        site = SensorSite()
        condition = Key("pk").eq(f"ACTIVITY#{home}") & Key("sk").begins_with(_PREFERENCES)
        for row in dynamo.query(self._table, condition):
            if person := row["sk"].removeprefix(_PREFERENCES):
                people[person] = Kept.model_validate_json(row["kept"])
            else:
                site = SensorSite.model_validate_json(row["kept"])
        return people, site

    def prefer(self, home: str, person: str, kept: Kept) -> None:
        """Keep what a watcher set."""
        self._table.put_item(
            Item={**_about(home, _PREFERENCES + person), "kept": kept.model_dump_json()}
        )

    def set_site(self, home: str, site: SensorSite) -> None:
        """Keep what is set for the home."""
        self._table.put_item(Item={**_about(home, _PREFERENCES), "kept": site.model_dump_json()})

    def acknowledge(self, home: str, episode: str, by: Acknowledged) -> Acknowledged:
        """Somebody looks after an episode (its topic and number). The first one, who is
        returned."""
        key = _about(home, _ACKNOWLEDGED + episode)
        expires = int((by.at + KEPT).timestamp())
        row = {**key, "by": by.model_dump_json(), "expires": expires}
        if dynamo.put_if_absent(self._table, row):
            return by
        first = self._table.get_item(Key=key, ConsistentRead=True)["Item"]
        return Acknowledged.model_validate_json(first["by"])

    def acknowledged(self, home: str, episode: str) -> Acknowledged | None:
        """Who looks after it, if anybody does."""
        item = self._table.get_item(Key=_about(home, _ACKNOWLEDGED + episode)).get("Item")
        return Acknowledged.model_validate_json(item["by"]) if item else None


_DAY, _FRIDGE = "DAY#", "FRIDGE"
_PREFERENCES, _ACKNOWLEDGED = "PREFERENCES#", "ACKNOWLEDGED#"
_HOUR = "%Y-%m-%dT%H"


def _hour(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_HOUR)


def _about(home: str, what: str) -> dict[str, str]:
    return {"pk": f"ACTIVITY#{home}", "sk": what}


def _key(home: str, hour: datetime) -> dict[str, Any]:
    return {"pk": f"ACTIVITY#{home}", "sk": _hour(hour)}
