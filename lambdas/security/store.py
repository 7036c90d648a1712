"""The security table.

``PANEL#<thing>`` has a controller's ``RECORD``: its journal as far as it is known, and what
followed from it and was not told yet (the outbox). ``HOME#<home>`` has ``FILE``, ``KEYS``,
``SETTINGS``, ``CONTROLLER``, the history (``H#<at>#<id>``), commands (``CMD#<at>#<id>``), cases of
the centre (``CASE#<number>``) and calls (``CALL#<id>``); ``PHONE#<number>`` whose people call from
it; ``WORK`` and ``COMPANY#<company>`` what works were given to which company; ``SILENT`` the homes
whose controller is silent, by their things; ``WATCHED#<shard>`` when each controller is silent if
nothing more is heard of it.
Changes of a row go through its version (optimistic locking): of two at once, one gets Conflict and
looks again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zlib import crc32

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError
from pydantic import BaseModel

from iot.messages.controller import Keys
from iot.messages.panel_settings import PanelSettings
from lambdas.security.calls import CallRun
from lambdas.security.entries import Entry
from lambdas.security.file import HomeFile
from lambdas.security.model import Command, Kept, SilentHome
from lambdas.security.works import Work
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.conflicts import Conflict
from lambdas.shared.events import AlarmProgress

KEPT = timedelta(days=400)
"""How long the history is kept."""

SHARDS = 16
"""Over so many keys the rows of watched controllers are spread: one takes 1,000 writes a second."""

M = TypeVar("M", bound=BaseModel)


class Store:
    """The rows of the security table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    # --- controllers

    def kept(self, thing: str) -> Kept | None:
        """What is known of a controller."""
        row = self._get(f"PANEL#{thing}", "RECORD")
        if row is None:
            return None
        found = Kept.model_validate_json(row["body"])
        return found.model_copy(update={"version": int(row["version"])})

    def keep(self, thing: str, kept: Kept) -> Kept:
        """Store it as it is now; Conflict when somebody else did since it was read."""
        return self._put_version(f"PANEL#{thing}", "RECORD", kept)

    def controller(self, home: str) -> str | None:
        """The controller of a home."""
        row = self._get(f"HOME#{home}", "CONTROLLER")
        return str(row["thing"]) if row else None

    def put_controller(self, home: str, thing: str) -> None:
        """A home's controller was heard of."""
        self._table.put_item(Item={"pk": f"HOME#{home}", "sk": "CONTROLLER", "thing": thing})

    def watch(self, thing: str, due: datetime, was: datetime | None = None) -> None:
        """Look at a controller when ``due`` is over. With ``was``: unless it was heard since that
        was read."""
        row = {**_watched(thing), "due": due.isoformat()}
        self._unless_heard(lambda only: self._table.put_item(Item=row, **only), was)

    def unwatch(self, thing: str, was: datetime) -> None:
        """Look at a controller no more, unless it was heard since ``was`` was read."""
        key = _watched(thing)
        self._unless_heard(lambda only: self._table.delete_item(Key=key, **only), was)

    def watched(self, thing: str) -> datetime | None:
        """When a controller is to be looked at."""
        row = self._get(**_watched(thing))
        return datetime.fromisoformat(row["due"]) if row else None

    def due(self, now: datetime) -> Iterator[str]:
        """The controllers to look at by now."""
        for shard in range(SHARDS):
            of_shard = Key("pk").eq(f"WATCHED#{shard}")
            late = Attr("due").lte(now.isoformat())
            for row in dynamo.query(self._table, of_shard, FilterExpression=late):
                yield str(row["sk"])

    def _unless_heard(self, write: Callable[[dict[str, Any]], Any], was: datetime | None) -> None:
        only = {"ConditionExpression": Attr("due").eq(was.isoformat())} if was else {}
        with suppress(self._conflict):
            write(only)

    @property
    def _conflict(self) -> type[ClientError]:
        found: type[ClientError] = (
            self._table.meta.client.exceptions.ConditionalCheckFailedException
        )
        return found

    # --- homes that are silent

    def put_silent(self, one: SilentHome) -> None:
        """A home is silent, or was heard again. Said again, or later than something newer, it
        changes nothing."""
        heard = one.silence.heard_at.isoformat()
        row = {"pk": "SILENT", "sk": one.thing, "heard": heard, "over": one.over}
        newer = Attr("pk").not_exists() | Attr("heard").lt(heard)
        if one.over:
            newer = newer | Attr("heard").eq(heard)
            row["expires"] = int((one.silence.at + timedelta(days=1)).timestamp())
        with suppress(self._conflict):
            self._table.put_item(
                Item={**row, "body": one.model_dump_json()}, ConditionExpression=newer
            )

    def silent(self, thing: str) -> SilentHome | None:
        """A home that is silent now."""
        row = self._get("SILENT", thing)
        return None if row is None or row["over"] else SilentHome.model_validate_json(row["body"])

    def forget_silent(self, thing: str) -> None:
        """A controller that is the home's no more is on no list."""
        self._table.delete_item(Key={"pk": "SILENT", "sk": thing})

    def change_silent(self, before: SilentHome, after: SilentHome) -> None:
        """Somebody takes a silent home, or phoned it. Raises Conflict when it was heard again, or
        somebody else did since it was read."""
        heard = before.silence.heard_at.isoformat()
        row = {"pk": "SILENT", "sk": before.thing, "heard": heard, "over": False}
        try:
            self._table.put_item(
                Item={**row, "body": after.model_dump_json()},
                ConditionExpression=Attr("body").eq(before.model_dump_json())
                & Attr("over").eq(False),
            )
        except self._conflict as conflict:
            raise Conflict(f"{before.thing} was changed") from conflict

    def silent_homes(self) -> list[SilentHome]:
        """The homes that are silent now."""
        rows = dynamo.query(
            self._table, Key("pk").eq("SILENT"), FilterExpression=Attr("over").eq(False)
        )
        return [SilentHome.model_validate_json(row["body"]) for row in rows]

    # --- what the home has

    def file(self, home: str) -> HomeFile:
        """The home's file; an empty one where there is none."""
        row = self._get(f"HOME#{home}", "FILE")
        return HomeFile.model_validate_json(row["body"]) if row else HomeFile()

    def put_file(self, home: str, file: HomeFile) -> HomeFile:
        """Store a home's file; Conflict when somebody else did since it was read."""
        return self._put_next(f"HOME#{home}", "FILE", file)

    def home_of_phone(self, phone: str) -> str | None:
        """The home whose people call from this number (E.164)."""
        row = self._get(f"PHONE#{phone}", "HOME")
        return str(row["home"]) if row else None

    def put_phones(self, home: str, phones: Iterable[str], before: Iterable[str]) -> None:
        """People of a home call from these numbers, and no longer from those before."""
        with self._table.batch_writer() as batch:
            for phone in set(before) - set(phones):
                batch.delete_item(Key={"pk": f"PHONE#{phone}", "sk": "HOME"})
            for phone in set(phones):
                batch.put_item(Item={"pk": f"PHONE#{phone}", "sk": "HOME", "home": home})

    def keys(self, home: str) -> Keys | None:
        """Codes, keys and cards of a home."""
        row = self._get(f"HOME#{home}", "KEYS")
        return Keys.model_validate_json(row["body"]) if row else None

    def put_keys(self, home: str, keys: Keys) -> None:
        """Store the next version of a home's keys; Conflict when it is not the next."""
        self._put_numbered(f"HOME#{home}", "KEYS", keys, keys.version)

    def settings(self, home: str) -> PanelSettings | None:
        """What the home's panel is to do."""
        row = self._get(f"HOME#{home}", "SETTINGS")
        return PanelSettings.model_validate_json(row["body"]) if row else None

    def put_settings(self, home: str, settings: PanelSettings) -> None:
        """Store the next version of it; Conflict when it is not the next."""
        self._put_numbered(f"HOME#{home}", "SETTINGS", settings, settings.version)

    # --- works of other companies

    def work(self, home: str) -> Work | None:
        """The work that is given to another company at a home."""
        row = self._get(f"HOME#{home}", "WORK")
        return Work.model_validate_json(row["body"]) if row else None

    def works(self, company: str) -> list[Work]:
        """The works that were given to a company."""
        rows = dynamo.query(self._table, Key("pk").eq(f"COMPANY#{company}"))
        found = (self.work(str(row["sk"])) for row in rows)
        return [one for one in found if one and one.company == company]

    def put_work(self, work: Work) -> None:
        """A home's panel is this company's; what was given before is taken back."""
        expires = int((work.until + KEPT).timestamp())
        mine = {"pk": f"COMPANY#{work.company}", "sk": work.home}
        self._table.put_item(Item={**mine, "expires": expires})
        row = {"pk": f"HOME#{work.home}", "sk": "WORK", "body": work.model_dump_json()}
        self._table.put_item(Item={**row, "expires": expires})

    def take_back_work(self, home: str) -> None:
        """A home's panel is no other company's any more."""
        self._table.delete_item(Key={"pk": f"HOME#{home}", "sk": "WORK"})

    # --- history

    def add(self, home: str, *entries: Entry) -> None:
        """Add lines to the history; the same one again changes nothing."""
        for one in entries:
            row = {"pk": f"HOME#{home}", "sk": f"H#{one.at.isoformat()}#{one.id}"}
            expires = int((one.at + KEPT).timestamp())
            self._table.put_item(Item={**row, "body": one.model_dump_json(), "expires": expires})

    def history(self, home: str, before: str = "", limit: int = 50) -> list[Entry]:
        """Lines of the history, the newest first: those before an instant, or the last ones."""
        until = f"H#{before}" if before else "H$"
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"HOME#{home}") & Key("sk").between("H#", until),
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=True,
        )
        return [Entry.model_validate_json(row["body"]) for row in page["Items"]]

    # --- commands

    def add_command(self, home: str, command: Command) -> None:
        """Remember what was asked of the controller, for a day."""
        row = {"pk": f"HOME#{home}", "sk": f"CMD#{command.at.isoformat()}#{command.id}"}
        expires = int((command.expires_at + timedelta(days=1)).timestamp())
        self._table.put_item(Item={**row, "body": command.model_dump_json(), "expires": expires})

    def commands(self, home: str, limit: int = 5) -> list[Command]:
        """What was asked of the controller last, the newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"HOME#{home}") & Key("sk").begins_with("CMD#"),
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=True,
        )
        return [Command.model_validate_json(row["body"]) for row in page["Items"]]

    # --- cases of the centre

    def put_progress(self, progress: AlarmProgress) -> bool:
        """Store where a case stands, unless it is known better. Returns True if it was stored."""
        row = {"pk": f"HOME#{progress.home}", "sk": f"CASE#{progress.case}"}
        expires = int((progress.at + KEPT).timestamp())
        try:
            self._table.put_item(
                Item={
                    **row,
                    "version": progress.version,
                    "body": progress.model_dump_json(),
                    "expires": expires,
                },
                ConditionExpression=Attr("pk").not_exists() | Attr("version").lt(progress.version),
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def progress(self, home: str, case: str) -> AlarmProgress | None:
        """Where a case stands."""
        row = self._get(f"HOME#{home}", f"CASE#{case}")
        return AlarmProgress.model_validate_json(row["body"]) if row else None

    def cases(self, home: str, limit: int = 10) -> list[AlarmProgress]:
        """The last cases of a home, the newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq(f"HOME#{home}") & Key("sk").begins_with("CASE#"),
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=True,
        )
        return [AlarmProgress.model_validate_json(row["body"]) for row in page["Items"]]

    # --- calls

    def run(self, home: str, id: str) -> tuple[CallRun, int] | None:
        """The calls of an incident, and the version of them that was read."""
        row = self._get(f"HOME#{home}", f"CALL#{id}")
        return (CallRun.model_validate_json(row["body"]), int(row["version"])) if row else None

    def put_run(self, run: CallRun, was: int) -> None:
        """Store them; Conflict when they are not of the version ``was`` any more (0: none)."""
        row = {"pk": f"HOME#{run.home}", "sk": f"CALL#{run.id}", "version": was + 1}
        body = {"body": run.model_dump_json(), "expires": int((run.at + KEPT).timestamp())}
        self._conditional({**row, **body}, was)

    # --- rows

    def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        item = self._table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True)
        found: dict[str, Any] | None = item.get("Item")
        return found

    def _put_version(self, pk: str, sk: str, kept: Kept) -> Kept:
        after = kept.model_copy(update={"version": kept.version + 1})
        row = {"pk": pk, "sk": sk, "version": after.version, "body": after.model_dump_json()}
        self._conditional(row, kept.version)
        return after

    def _put_next(self, pk: str, sk: str, file: HomeFile) -> HomeFile:
        after = file.model_copy(update={"version": file.version + 1})
        row = {"pk": pk, "sk": sk, "version": after.version, "body": after.model_dump_json()}
        self._conditional(row, file.version)
        return after

    def _put_numbered(self, pk: str, sk: str, body: BaseModel, version: int) -> None:
        row = {"pk": pk, "sk": sk, "version": version, "body": body.model_dump_json()}
        self._conditional(row, version - 1)

    def _conditional(self, row: dict[str, Any], was: int) -> None:
        known = Attr("version").eq(was) if was else Attr("pk").not_exists()
        try:
            self._table.put_item(Item=row, ConditionExpression=known)
        except self._conflict as error:
            raise Conflict(f"{row['pk']} {row['sk']}") from error


def _watched(thing: str) -> dict[str, str]:
    return {"pk": f"WATCHED#{crc32(thing.encode()) % SHARDS}", "sk": thing}
