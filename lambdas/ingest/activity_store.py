"""Activity in the readings table: an hour of a home a row, and which homes there are.

A report costs one write for each hour it touches, and a second one where it is the hour's first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.ingest.activity.packing import Hours, Part
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table

KEPT = timedelta(days=400)
FORGOTTEN = timedelta(days=40)
"""A home that was not heard of for so long is watched no more."""
_WATCHED = "ACTIVE-HOMES"


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

    def homes(self) -> Iterator[str]:
        """The homes that were heard of in the last weeks."""
        for row in dynamo.query(self._table, Key("pk").eq(_WATCHED)):
            yield row["sk"]

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

    def told(self, home: str) -> str | None:
        """What the home's people were told (watch.Told as JSON), if anything."""
        item = self._table.get_item(Key=_about(home, "TOLD"), ConsistentRead=True).get("Item")
        return str(item["told"]) if item else None

    def keep_told(self, home: str, told: str) -> None:
        """Keep what they were told, instead of what was before."""
        self._table.put_item(Item={**_about(home, "TOLD"), "told": told})


_HOUR = "%Y-%m-%dT%H"


def _hour(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_HOUR)


def _about(home: str, what: str) -> dict[str, str]:
    return {"pk": f"ACTIVITY#{home}", "sk": what}


def _key(home: str, hour: datetime) -> dict[str, Any]:
    return {"pk": f"ACTIVITY#{home}", "sk": _hour(hour)}
