"""The readings table: motion by the minute, an hour a row."""

from datetime import date, datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Key

from iot.messages.camera import MotionMinute
from lambdas.ingest.motion import Hour, hours_of_day
from lambdas.shared.aws.clients import table

KEPT = timedelta(days=400)


class Store:
    """Readings in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._table = table(name)

    def add(self, thing: str, hour: Hour) -> None:
        """Keep the minutes of an hour; others of that hour stay as they are."""
        names = {f"#{number}": f"m{number:02d}" for number in hour.minutes}
        values: dict[str, Any] = {
            f":{number}": minute.model_dump_json() for number, minute in hour.minutes.items()
        }
        sets = ", ".join(f"#{number} = :{number}" for number in hour.minutes)
        self._table.update_item(
            Key=_key(thing, hour.at),
            UpdateExpression=f"SET expires = :expires, {sets}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={
                ":expires": int((hour.at + KEPT).timestamp()),
                **values,
            },
        )

    def day(self, thing: str, day: date) -> list[MotionMinute]:
        """The minutes of a day in Japan, in order."""
        first, last = (_key(thing, at) for at in hours_of_day(day))
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(first["pk"])
            & Key("sk").between(first["sk"], last["sk"])
        )
        found = [
            MotionMinute.model_validate_json(value)
            for row in page["Items"]
            for name, value in row.items()
            if name[0] == "m" and name[1:].isdigit()
        ]
        return sorted(found, key=lambda minute: minute.at)


def _key(thing: str, hour: datetime) -> dict[str, str]:
    return {"pk": f"MOTION#{thing}", "sk": f"{hour:%Y-%m-%dT%H}"}
