"""The notices table: who was told what and when, and people's settings."""

from datetime import datetime, timedelta

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from lambdas.shared.aws.clients import table
from lambdas.shared.household import Language

KEPT = timedelta(days=400)
REDELIVERED = timedelta(days=14)
"""How long after its first delivery a message may come again: a queue keeps none longer."""


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

    def claim(self, event: str, person: str, at: datetime, by: str) -> bool:
        """Whether ``by``, a message of the queue, is the one to send this notice: nobody has sent
        it, and no other message that says the same is about to. A message that failed may try
        again."""
        try:
            self._table.put_item(
                Item={
                    **_notice(event, person),
                    "by": by,
                    "expires": int((at + KEPT).timestamp()),
                },
                ConditionExpression="attribute_not_exists(pk) OR #by = :by",
                ExpressionAttributeNames={"#by": "by"},
                ExpressionAttributeValues={":by": by},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def sent(self, event: str, person: str, at: datetime, rule: str, message: str) -> None:
        """Write down a notice (G-07): who, of what, when, by which means, by which rule."""
        self._table.put_item(
            Item={
                **_notice(event, person),
                "at": at.isoformat(),
                "means": "mail",
                "rule": rule,
                "message": message,
                "expires": int((at + KEPT).timestamp()),
            }
        )


def _person(person: str) -> dict[str, str]:
    return {"pk": f"PERSON#{person}", "sk": "SETTINGS"}


def _mentioned(thing: str, event: str) -> dict[str, str]:
    return {"pk": f"CAMERA#{thing}", "sk": f"MENTIONED#{event}"}


def _notice(event: str, person: str) -> dict[str, str]:
    return {"pk": f"NOTICE#{event}", "sk": f"PERSON#{person}"}
