"""The devices table: cameras by home, setup codes, commands."""

from datetime import timedelta
from typing import Any

from boto3.dynamodb.conditions import Key
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

from iot.messages import CommandResult, StatusReport
from lambdas.devices.model import SETUP_CODE_VALID, Camera, SentCommand, code_key
from lambdas.shared.aws.clients import client, table

COMMANDS_KEPT = timedelta(days=7)


class TooMany(Exception):
    """The home has as many cameras as its contracts allow."""


class Store:
    """Cameras and commands in one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def cameras(self, home: str) -> list[Camera]:
        """The home's cameras, oldest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"HOME#{home}") & Key("sk").begins_with("CAMERA#")
        )
        found = [Camera.model_validate_json(row["camera"]) for row in page["Items"]]
        return sorted(found, key=lambda camera: camera.registered_at)

    def camera(self, home: str, thing: str) -> Camera | None:
        """One camera of the home."""
        key = _camera_key(home, thing)
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return Camera.model_validate_json(item["camera"]) if item else None

    def register(self, camera: Camera, code: str, limit: int) -> None:
        """Add a camera and the code that will activate it; TooMany beyond ``limit`` (DC-18)."""
        expires = camera.registered_at + SETUP_CODE_VALID
        code_row = {
            "pk": f"CODE#{code_key(code)}",
            "sk": "CODE",
            "home": camera.home,
            "thing": camera.thing,
            "expires": int(expires.timestamp()),
        }
        within_limit = {
            "TableName": self._name,
            "Key": _plain({"pk": f"HOME#{camera.home}", "sk": "LIMIT"}),
            "UpdateExpression": "ADD things :one",
            "ConditionExpression": "attribute_not_exists(things) OR size(things) < :limit",
            "ExpressionAttributeValues": {
                ":one": {"SS": [camera.thing]},
                ":limit": {"N": str(limit)},
            },
        }
        changes = [
            {"Update": within_limit},
            {"Put": {"TableName": self._name, "Item": _plain(_camera_row(camera))}},
            {"Put": {"TableName": self._name, "Item": _plain(code_row)}},
        ]
        cancelled = client("dynamodb").exceptions.TransactionCanceledException
        for last in (False, False, True):
            try:
                client("dynamodb").transact_write_items(TransactItems=changes)
            except cancelled as error:
                why = {reason.get("Code") for reason in error.response["CancellationReasons"]}
                if "ConditionalCheckFailed" in why:
                    raise TooMany(limit) from error
                if last or "TransactionConflict" not in why:
                    raise
            else:
                return

    def remove(self, camera: Camera) -> None:
        """Take a camera out; another may then be added."""
        client("dynamodb").transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": self._name,
                        "Key": _plain({"pk": f"HOME#{camera.home}", "sk": "LIMIT"}),
                        "UpdateExpression": "DELETE things :one",
                        "ExpressionAttributeValues": {":one": {"SS": [camera.thing]}},
                    }
                },
                {
                    "Delete": {
                        "TableName": self._name,
                        "Key": _plain(_camera_key(camera.home, camera.thing)),
                    }
                },
            ]
        )

    def by_code(self, code: str) -> Camera | None:
        """The camera that a setup code stands for, while the code is there."""
        key = {"pk": f"CODE#{code_key(code)}", "sk": "CODE"}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item")
        return self.camera(item["home"], item["thing"]) if item else None

    def change(self, before: Camera, **changes: Any) -> Camera:
        """Write a camera's changes, unless somebody else changed it meanwhile (then Conflict)."""
        after = before.model_copy(update=changes)
        try:
            self._table.put_item(
                Item=_camera_row(after),
                ConditionExpression="camera = :before",
                ExpressionAttributeValues={":before": before.model_dump_json()},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise Conflict(before.thing) from error
            raise
        return after

    def amend(self, home: str, thing: str, **changes: Any) -> Camera | None:
        """Change a camera as it is now, whoever else changes it just then; None: it is gone."""
        for last in (False, False, True):
            before = self.camera(home, thing)
            if before is None:
                return None
            try:
                return self.change(before, **changes)
            except Conflict:
                if last:
                    raise
        raise AssertionError("unreachable")

    def report(self, home: str, thing: str, status: StatusReport) -> None:
        """Keep a camera's health, unless a later report is there already."""
        camera = self.camera(home, thing)
        if camera and (camera.status is None or camera.status.at <= status.at):
            self.change(camera, status=status)

    def send(self, thing: str, command: SentCommand) -> bool:
        """Remember a command; False when it is there already."""
        try:
            self._table.put_item(
                Item=_command_row(thing, command), ConditionExpression="attribute_not_exists(pk)"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

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


class Conflict(Exception):
    """The camera was changed by somebody else; read it again."""


def _camera_key(home: str, thing: str) -> dict[str, Any]:
    return {"pk": f"HOME#{home}", "sk": f"CAMERA#{thing}"}


def _camera_row(camera: Camera) -> dict[str, Any]:
    return {**_camera_key(camera.home, camera.thing), "camera": camera.model_dump_json()}


def _command_key(thing: str, id: str) -> dict[str, Any]:
    return {"pk": f"DEVICE#{thing}", "sk": f"COMMAND#{id}"}


def _command_row(thing: str, command: SentCommand) -> dict[str, Any]:
    return {
        **_command_key(thing, command.id),
        "command": command.model_dump_json(),
        "expires": int((command.at + COMMANDS_KEPT).timestamp()),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in row.items()}
