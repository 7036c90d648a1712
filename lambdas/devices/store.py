"""The devices table: devices by home, setup codes, commands."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from iot.messages.base import CommandResult
from iot.messages.live import LiveAnswer
from lambdas.devices.live import LiveSession
from lambdas.devices.model import SETUP_CODE_VALID, Device, Health, SentCommand, code_key
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.conflicts import Conflict, retry_on_conflict

COMMANDS_KEPT = timedelta(days=7)
"""Also looks: who asked, when."""

LOOKS_SHOWN = 10
WRONG_CODES_KEPT = timedelta(days=2)


class TooMany(Exception):
    """The home has as many devices as its contracts allow."""


class Store:
    """Devices and commands in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def devices(self, home: str) -> list[Device]:
        """The home's devices, oldest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"HOME#{home}") & Key("sk").begins_with("DEVICE#")
        )
        found = [Device.model_validate_json(row["device"]) for row in page["Items"]]
        return sorted(found, key=lambda device: device.registered_at)

    def device(self, home: str, thing: str) -> Device | None:
        """One device of the home."""
        key = _device_key(home, thing)
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return Device.model_validate_json(item["device"]) if item else None

    @retry_on_conflict
    def register(self, device: Device, code: str, limit: int) -> None:
        """Add a device and the code that will activate it.

        Raises TooMany when the home has ``limit`` devices of the group already (DC-18).
        """
        expires = device.registered_at + SETUP_CODE_VALID
        code_row = {
            "pk": f"CODE#{code_key(code)}",
            "sk": "CODE",
            "home": device.home,
            "thing": device.thing,
            "expires": int(expires.timestamp()),
        }
        counted = _count_key(device)
        known = self._table.get_item(Key=counted, ConsistentRead=True).get("Item", {})
        if len(known.get("things", ())) >= limit:
            raise TooMany(limit)
        count = {
            "TableName": self._name,
            "Key": dynamo.serialize(counted),
            "UpdateExpression": "ADD things :one",
            "ConditionExpression": "attribute_not_exists(things) OR size(things) < :limit",
            "ExpressionAttributeValues": {
                ":one": {"SS": [device.thing]},
                ":limit": {"N": str(limit)},
            },
        }
        added = [dynamo.put(self._name, row) for row in (_device_row(device), code_row)]
        if not dynamo.transact([{"Update": count}, *added]):
            raise Conflict(device.home)

    @retry_on_conflict
    def remove(self, device: Device) -> None:
        """Take a device out; another may then be added."""
        uncount = {
            "TableName": self._name,
            "Key": dynamo.serialize(_count_key(device)),
            "UpdateExpression": "DELETE things :one",
            "ExpressionAttributeValues": {":one": {"SS": [device.thing]}},
        }
        gone = dynamo.delete(self._name, _device_key(device.home, device.thing))
        if not dynamo.transact([{"Update": uncount}, gone]):
            raise Conflict(device.home)

    def by_code(self, code: str, now: datetime) -> Device | None:
        """The device that a setup code stands for, while the code is valid."""
        key = {"pk": f"CODE#{code_key(code)}", "sk": "CODE"}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        if item is None or int(item["expires"]) <= now.timestamp():  # time to live is days late
            return None
        return self.device(item["home"], item["thing"])

    def wrong_codes(self, serial: str, now: datetime) -> int:
        """How often a serial number came with a wrong code on this day."""
        item = self._table.get_item(Key=_wrong_key(serial, now), ConsistentRead=True).get("Item")
        return int(item["tries"]) if item else 0

    def count_wrong_code(self, serial: str, now: datetime) -> None:
        """A serial number came with a wrong code."""
        self._table.update_item(
            Key=_wrong_key(serial, now),
            UpdateExpression="ADD tries :one SET expires = :expires",
            ExpressionAttributeValues={
                ":one": 1,
                ":expires": int((now + WRONG_CODES_KEPT).timestamp()),
            },
        )

    def change(self, before: Device, **changes: Any) -> Device:
        """Write a device's changes, unless somebody else changed it meanwhile (then Conflict)."""
        after = before.model_copy(update=changes)
        try:
            self._table.put_item(
                Item=_device_row(after),
                ConditionExpression="device = :before",
                ExpressionAttributeValues={":before": before.model_dump_json()},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Conflict(before.thing) from error
            raise
        return after

    @retry_on_conflict
    def amend(
        self, home: str, thing: str, change: Callable[[Device], Mapping[str, Any]]
    ) -> Device | None:
        """Change a device as it is now, whoever else changes it just then.

        ``change`` gives the new values by field. None when the device is gone.
        """
        before = self.device(home, thing)
        return before and self.change(before, **change(before))

    def report(self, home: str, thing: str, status: Health) -> None:
        """Keep a device's health, unless a later report is there already. Raises Conflict."""
        device = self.device(home, thing)
        if device and (device.status is None or device.status.at <= status.at):
            # A camera that was started anew knows of no walk; the last one stands.
            walk = getattr(status, "walk", None) or device.walk
            self.change(device, status=status, walk=walk)

    def send(self, thing: str, command: SentCommand) -> bool:
        """Remember a command; False when it is there already."""
        return dynamo.put_if_absent(self._table, _command_row(thing, command))

    def command(self, thing: str, id: str) -> SentCommand | None:
        """A command by its id."""
        item = self._table.get_item(Key=_command_key(thing, id), ConsistentRead=True).get("Item")
        return SentCommand.model_validate_json(item["command"]) if item else None

    def finish(self, thing: str, result: CommandResult) -> None:
        """Keep what became of a command; the first result stands."""
        sent = self.command(thing, result.id)
        if sent and sent.result is None:
            done = sent.model_copy(update={"result": result})
            self._table.put_item(Item=_command_row(thing, done))

    def begin_live(self, thing: str, session: LiveSession) -> None:
        """Remember that somebody asked to look at a camera, and when."""
        self._table.put_item(Item=_live_row(thing, session))

    def live(self, thing: str, id: str) -> LiveSession | None:
        """A session by its id."""
        item = self._table.get_item(Key=_live_key(thing, id), ConsistentRead=True).get("Item")
        return LiveSession.model_validate_json(item["session"]) if item else None

    def looks(self, thing: str, limit: int = LOOKS_SHOWN) -> list[LiveSession]:
        """The last sessions of a camera, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"DEVICE#{thing}") & Key("sk").begins_with("LIVE#"),
            ScanIndexForward=False,
            Limit=limit,
        )
        return [LiveSession.model_validate_json(row["session"]) for row in page["Items"]]

    def answer_live(self, thing: str, answer: LiveAnswer) -> None:
        """Keep what a camera answered; the first answer stands, one to nothing is dropped."""
        session = self.live(thing, answer.id)
        if session and session.answer is None:
            answered = session.model_copy(update={"answer": answer})
            self._table.put_item(Item=_live_row(thing, answered))


def _wrong_key(serial: str, now: datetime) -> dict[str, Any]:
    return {"pk": f"SERIAL#{serial}", "sk": f"WRONG#{now.date()}"}


def _device_key(home: str, thing: str) -> dict[str, Any]:
    return {"pk": f"HOME#{home}", "sk": f"DEVICE#{thing}"}


def _count_key(device: Device) -> dict[str, Any]:
    """The row that counts the home's devices of a group."""
    return {"pk": f"HOME#{device.home}", "sk": f"LIMIT#{device.group}"}


def _device_row(device: Device) -> dict[str, Any]:
    return {**_device_key(device.home, device.thing), "device": device.model_dump_json()}


def _command_key(thing: str, id: str) -> dict[str, Any]:
    return {"pk": f"DEVICE#{thing}", "sk": f"COMMAND#{id}"}


def _command_row(thing: str, command: SentCommand) -> dict[str, Any]:
    return {
        **_command_key(thing, command.id),
        "command": command.model_dump_json(),
        "expires": int((command.at + COMMANDS_KEPT).timestamp()),
    }


def _live_key(thing: str, id: str) -> dict[str, Any]:
    return {"pk": f"DEVICE#{thing}", "sk": f"LIVE#{id}"}


def _live_row(thing: str, session: LiveSession) -> dict[str, Any]:
    return {
        **_live_key(thing, session.id),
        "session": session.model_dump_json(),
        "expires": int((session.at + COMMANDS_KEPT).timestamp()),
    }
