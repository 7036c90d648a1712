"""The detect table (events by home) and the pictures bucket."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from lambdas.detect.event import SAME_EPISODE, SeenEvent, merged, picture_key, weight
from lambdas.shared.aws.clients import client, table

KEPT = timedelta(days=400)
"""How long events without their pictures are kept."""

ATTEMPTS = 10
"""Times a change is tried while others change the same event."""


class Moved(Exception):
    """Somebody else wrote the same event at the same moment; the message will be tried again."""


class Gone(Exception):
    """An object is not there (any more)."""


class Store:
    """Events in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def see(self, seen: SeenEvent) -> tuple[SeenEvent, bool]:
        """Add what was seen to what is known of its episode.

        Returns what is known now, and whether ``seen`` showed it best so far.
        """
        now = self._change(seen, lambda known: merged(known, seen))
        return now, (now.kind, now.score, now.boxes) == (seen.kind, seen.score, seen.boxes)

    def announced(self, event: SeenEvent) -> None:
        """Remember that the bus was told of the event as it is."""

        def told(known: SeenEvent | None) -> SeenEvent:
            now = known or event
            heaviest = max(event.kind, now.announced or event.kind, key=weight)
            return now.model_copy(
                update={
                    "announced": heaviest,
                    "announced_told": event.told or now.announced_told,
                    "announced_siren": event.siren or now.announced_siren,
                }
            )

        self._change(event, told)

    def ended(self, home: str, id: str, at: datetime) -> None:
        """Remember when an episode ended, also when that is heard before it began."""
        self._table.update_item(
            Key=_key(home, id),
            UpdateExpression="SET ended_at = :at",
            ExpressionAttributeValues={":at": at.isoformat()},
        )

    def event(self, home: str, id: str) -> tuple[SeenEvent, datetime | None] | None:
        """An event and when it ended."""
        row = self._row(home, id) or {}
        event = _event(row)
        return (event, _ended(row)) if event else None

    def forget(self, home: str, id: str) -> bool:
        """Forget an event. False when there is none."""
        gone = self._table.delete_item(Key=_key(home, id), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def events(
        self, home: str, *, before: str | None, thing: str | None, limit: int
    ) -> list[tuple[SeenEvent, datetime | None]]:
        """The newest events older than ``before`` (an event's id), at most ``limit``."""
        found: list[tuple[SeenEvent, datetime | None]] = []
        after = {"ExclusiveStartKey": _key(home, before)} if before else {}
        while True:
            page = self._table.query(
                KeyConditionExpression=Key("pk").eq(f"HOME#{home}")
                & Key("sk").begins_with("EVENT#"),
                ScanIndexForward=False,
                Limit=limit * 2,
                **after,
            )
            for row in page["Items"]:
                event = _event(row)
                if event and thing in (None, event.thing):
                    found.append((event, _ended(row)))
            if len(found) >= limit or "LastEvaluatedKey" not in page:
                return found[:limit]
            after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def episode_of(self, thing: str, at: datetime) -> datetime:
        """The episode of a lone picture taken at ``at``: the running one, or a new one.

        The camera's last episode is remembered with its last picture.
        """
        key = {"pk": f"DEVICE#{thing}", "sk": "EPISODE"}
        row = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        episode = at
        if row:
            began, last = (datetime.fromisoformat(row[name]) for name in ("began", "last"))
            if began <= at <= last:
                return began
            if last < at <= last + SAME_EPISODE:
                episode = began
            elif at < began:
                return at
        self._table.put_item(Item={**key, "began": episode.isoformat(), "last": at.isoformat()})
        return episode

    def _row(self, home: str, id: str) -> dict[str, Any] | None:
        row: dict[str, Any] | None = self._table.get_item(
            Key=_key(home, id), ConsistentRead=True
        ).get("Item")
        return row

    def _change(
        self, event: SeenEvent, change: Callable[[SeenEvent | None], SeenEvent]
    ) -> SeenEvent:
        """What ``change`` makes of the event as it is stored, also while others change it: bursts
        of one episode are judged at the same moment."""
        for _ in range(ATTEMPTS):
            row = self._row(event.home, event.id) or {}
            known = _event(row)
            after = change(known)
            with suppress(Moved):
                if after != known:
                    self._write(after, before=row.get("event"))
                return after
        raise Moved(event.id)

    def _write(self, event: SeenEvent, before: str | None) -> None:
        values = {
            ":event": event.model_dump_json(),
            ":kind": event.kind,
            ":expires": int((event.at + KEPT).timestamp()),
        }
        condition = "attribute_not_exists(event)"
        if before is not None:
            condition, values[":before"] = "event = :before", before
        try:
            self._table.update_item(
                Key=_key(event.home, event.id),
                UpdateExpression="SET event = :event, kind = :kind, expires = :expires",
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Moved(event.id) from error
            raise


class Lone(NamedTuple):
    """A picture of a camera that sends single ones, and when it was stored."""

    at: datetime
    jpeg: bytes


class Pictures:
    """Objects in the pictures bucket.

    ``frames/<thing>/…`` what devices sent, ``pictures/<home>/<id>.jpg`` what the family sees,
    ``last/<thing>.jpg`` the last lone picture, ``quarantine/…`` what could not be taken. All of
    them expire (stacks/detection.py).
    """

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def frames(self, key: str) -> bytes:
        """An uploaded object; raises Gone."""
        try:
            body: bytes = client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except client("s3").exceptions.NoSuchKey as error:
            raise Gone(key) from error
        return body

    def keep(self, home: str, id: str, jpeg: bytes) -> None:
        """Keep a picture for the family."""
        client("s3").put_object(
            Bucket=self._bucket,
            Key=picture_key(home, id),
            Body=jpeg,
            ContentType="image/jpeg",
        )

    def picture(self, home: str, id: str) -> bytes | None:
        """A kept picture; None when there is none (any more)."""
        try:
            return self.frames(picture_key(home, id))
        except Gone:
            return None

    def forget_picture(self, home: str, id: str) -> None:
        """Delete a kept picture, if there is one."""
        self.forget(picture_key(home, id))

    def last_of(self, thing: str) -> Lone | None:
        """The last lone picture of a camera."""
        try:
            answer = client("s3").get_object(Bucket=self._bucket, Key=_last_key(thing))
        except client("s3").exceptions.NoSuchKey:
            return None
        return Lone(datetime.fromisoformat(answer["Metadata"]["at"]), answer["Body"].read())

    def remember(self, thing: str, lone: Lone) -> None:
        """Keep a lone picture to compare the camera's next one with."""
        client("s3").put_object(
            Bucket=self._bucket,
            Key=_last_key(thing),
            Body=lone.jpeg,
            ContentType="image/jpeg",
            Metadata={"at": lone.at.isoformat()},
        )

    def forget_last(self, thing: str) -> None:
        """Delete the last lone picture of a camera, if there is one."""
        self.forget(_last_key(thing))

    def quarantine(self, key: str) -> None:
        """Put an object aside, out of everybody's way, unless that has been done already."""
        try:
            client("s3").copy_object(
                Bucket=self._bucket,
                Key=f"quarantine/{key}",
                CopySource={"Bucket": self._bucket, "Key": key},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return
            raise
        self.forget(key)

    def forget(self, key: str) -> None:
        """Delete an object."""
        client("s3").delete_object(Bucket=self._bucket, Key=key)


def _key(home: str, id: str) -> dict[str, str]:
    return {"pk": f"HOME#{home}", "sk": f"EVENT#{id}"}


def _last_key(thing: str) -> str:
    return f"last/{thing}.jpg"


def _event(row: dict[str, Any]) -> SeenEvent | None:
    return SeenEvent.model_validate_json(row["event"]) if "event" in row else None


def _ended(row: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["ended_at"]) if "ended_at" in row else None
