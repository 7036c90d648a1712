"""The notices table: who was told what and when, and people's settings."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from botocore.exceptions import ClientError

from lambdas.shared.aws import queues
from lambdas.shared.aws.clients import table
from lambdas.shared.events import Notice
from lambdas.shared.household import Language

KEPT = timedelta(days=400)
DONE = ("sent", "returned")
"""States of a notice that is not sent to its reader any more."""
REDELIVERED = timedelta(days=14)
"""How long after its first delivery a message may come again: a queue keeps none longer."""


class Delivery(NamedTuple):
    """A delivery of a message by its queue: a message that is not taken is delivered again."""

    message: str  # id
    number: int  # from 1
    at: datetime  # when it was taken from its queue first


def queued(record: SQSRecord) -> Delivery:
    """The delivery at hand."""
    count = int(record.attributes.approximate_receive_count)
    return Delivery(record.message_id, count, queues.received_at(record))


def address_key(address: str) -> str:
    """By what an address is known that belongs to no login."""
    return f"address/{sha256(address.encode()).hexdigest()[:24]}"


class InProgress(queues.Later):
    """Another delivery is about to send the notice, or was when it died."""


class Store:
    """Notices and settings in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def language(self, person: str) -> Language:
        """The language a person reads; Japanese until they choose."""
        item = self._table.get_item(Key=_person(person)).get("Item", {})
        return "en" if item.get("language") == "en" else "ja"

    def speak(self, person: str, language: Language) -> None:
        """Remember the language a person chose."""
        self._table.put_item(Item={**_person(person), "language": language})

    def picture_addresses(self, home: str) -> tuple[str, ...]:
        """To where the pictures of a home are mailed, as the customer set it (AL-69)."""
        item = self._table.get_item(Key=_pictures(home), ConsistentRead=True).get("Item", {})
        return tuple(str(one) for one in item.get("addresses", ()))

    def mail_pictures_to(self, home: str, addresses: Sequence[str]) -> None:
        """From now on the pictures of a home are mailed there, and nowhere else."""
        self._table.put_item(Item={**_pictures(home), "addresses": list(addresses)})

    def told(self, thing: str, before: datetime, cooldown: timedelta) -> list[datetime]:
        """When things happened at a camera that somebody was told of, shortly before ``before``."""
        since, until = ((before - cooldown).isoformat(), before.isoformat())
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"CAMERA#{thing}")
            & Key("sk").between(f"TOLD#{since}", f"TOLD#{until}")
        )
        return [datetime.fromisoformat(row["sk"].removeprefix("TOLD#")) for row in page["Items"]]

    def remember(self, thing: str, at: datetime) -> None:
        """Somebody is told of what happened at a camera at ``at``."""
        self._table.put_item(
            Item={
                "pk": f"CAMERA#{thing}",
                "sk": f"TOLD#{at.isoformat()}",
                "expires": int((at + KEPT).timestamp()),
            }
        )

    def hold(self, thing: str, event: str, at: datetime) -> None:
        """A notice is held back; the next one will mention it, unless one did already."""
        if "Item" in self._table.get_item(Key=_mentioned(thing, event)):
            return
        self._table.put_item(
            Item={
                "pk": f"CAMERA#{thing}",
                "sk": f"HELD#{event}",
                "expires": int((at + KEPT).timestamp()),
            }
        )

    def held(self, thing: str) -> list[str]:
        """Events whose notices were held back and not yet mentioned."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"CAMERA#{thing}") & Key("sk").begins_with("HELD#")
        )
        return [row["sk"].removeprefix("HELD#") for row in page["Items"]]

    def mentioned(self, thing: str, events: list[str], at: datetime) -> None:
        """These held notices have been mentioned."""
        expires = int((at + REDELIVERED).timestamp())
        with self._table.batch_writer() as batch:
            for event in events:
                batch.put_item(Item={**_mentioned(thing, event), "expires": expires})
                batch.delete_item(Key={"pk": f"CAMERA#{thing}", "sk": f"HELD#{event}"})

    # --- who was told

    def claim(self, notice: Notice, person: str, by: Delivery) -> bool:
        """Whether a notice is for this delivery to send: False when the person was told.

        Raises InProgress while another delivery has claimed the notice and not confirmed it. The
        message then comes again after its queue's visibility timeout, by which no delivery is at
        work any more that was when it came before (Lambda ends it after a sixth of that time). A
        claim that is still the same then was given up, and is taken over. What SES took from a
        delivery that died is confirmed by then (``accepted``), and is not sent again.
        """
        row = {
            **_notice(notice.id, person),
            **_record(notice),
            "state": "claimed",
            "by": by.message,
            "delivery": by.number,
        }
        mine = Attr("state").eq("claimed") & Attr("by").eq(by.message)
        if self._put(row, Attr("pk").not_exists() | Attr("state").eq("failed") | mine):
            return True
        known = self._table.get_item(Key=_notice(notice.id, person), ConsistentRead=True)["Item"]
        if known.get("state", "sent") in DONE:
            return False
        same = Attr("by").eq(known.get("by")) & Attr("delivery").eq(known.get("delivery"))
        same &= Attr("state").eq("claimed")
        if by.message in known.get("waiting", ()) and self._put(row, same):
            return True
        with suppress(self._conflict):
            self._table.update_item(
                Key=_notice(notice.id, person),
                UpdateExpression="ADD waiting :me",
                ConditionExpression=same,
                ExpressionAttributeValues={":me": {by.message}},
            )
        raise InProgress(f"{notice.id} is claimed by {known.get('by')}")

    def mailed(self, notice: Notice, person: str) -> bool:
        """Whether a person was mailed a notice."""
        found = self._table.get_item(Key=_notice(notice.id, person), ConsistentRead=True)
        return "Item" in found and found["Item"].get("state", "sent") == "sent"

    def failed(self, notice: Notice, person: str, by: Delivery, why: str) -> None:
        """Write down why a notice could not be sent. Any delivery may claim it again."""
        row = {**_notice(notice.id, person), **_record(notice), "state": "failed", "why": why}
        self._put(row, Attr("by").eq(by.message) & Attr("delivery").eq(by.number))

    def sent(self, notice: Notice, person: str, message: str) -> None:
        """Confirm that a notice was sent (G-07): who, of what, when, by which means, by which rule.
        It is never claimed again."""
        row = {**_notice(notice.id, person), **_record(notice), "state": "sent"}
        self._table.put_item(Item={**row, "message": message})

    def accepted(self, notice: str, person: str, message: str) -> None:
        """SES has taken a mail of a notice: who claimed it need not have lived to say so."""
        self._change(
            notice,
            person,
            Attr("state").eq("claimed"),
            {"state": "sent", "message": message},
        )

    def returned(self, notice: str, person: str, why: str) -> dict[str, Any] | None:
        """A mail did not reach its reader: they were not told. What is kept of the notice, also
        when that was known; None where nothing is kept."""
        known = Attr("pk").exists()
        return self._change(notice, person, known, {"state": "returned", "why": why})

    def _change(
        self, notice: str, person: str, condition: ConditionBase, to: dict[str, str]
    ) -> dict[str, Any] | None:
        """The row after it was changed; None where the condition does not hold."""
        try:
            answer = self._table.update_item(
                Key=_notice(notice, person),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in to),
                ConditionExpression=condition,
                ExpressionAttributeNames={f"#{name}": name for name in to},
                ExpressionAttributeValues={f":{name}": value for name, value in to.items()},
                ReturnValues="ALL_NEW",
            )
        except self._conflict:
            return None
        found: dict[str, Any] = answer["Attributes"]
        return found

    def _put(self, row: dict[str, Any], condition: ConditionBase) -> bool:
        """Write a row if its condition holds; whether it did."""
        try:
            self._table.put_item(Item=row, ConditionExpression=condition)
        except self._conflict:
            return False
        return True

    @property
    def _conflict(self) -> type[ClientError]:
        found: type[ClientError] = (
            self._table.meta.client.exceptions.ConditionalCheckFailedException
        )
        return found


def _record(notice: Notice) -> dict[str, Any]:
    """What is kept of a notice."""
    return {
        "kind": notice.kind,
        "at": notice.at.isoformat(),
        "means": "mail",
        "rule": notice.rule,
        "subject": notice.subject,
        "expires": _expires(notice.at),
    }


def _expires(at: datetime) -> int:
    return int((at + KEPT).timestamp())


def _person(person: str) -> dict[str, str]:
    return {"pk": f"PERSON#{person}", "sk": "SETTINGS"}


def _pictures(home: str) -> dict[str, str]:
    return {"pk": f"HOME#{home}", "sk": "PICTURES"}


def _mentioned(thing: str, event: str) -> dict[str, str]:
    return {"pk": f"CAMERA#{thing}", "sk": f"MENTIONED#{event}"}


def _notice(id: str, person: str) -> dict[str, str]:
    return {"pk": f"NOTICE#{id}", "sk": f"PERSON#{person}"}
