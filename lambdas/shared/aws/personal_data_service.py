"""A context's part in a disclosure or an erasure, by its table of kinds of records.

Each context has one function for both (``on_personal_data``), called by the bus. Doing it again
changes nothing: a part is written over by the same, what is erased is gone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.shared import events
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import client, table
from lambdas.shared.aws.dynamo import Row
from lambdas.shared.aws.observability import Handler, logger, observed
from lambdas.shared.events import DisclosureAsked, ErasureAgreed
from lambdas.shared.personal_data import (
    DISCLOSURES,
    ERASURES,
    Erased,
    Kind,
    Part,
    PartKind,
    Place,
    Subject,
    Table,
    places,
    read,
    shown,
)
from lambdas.shared.settings import Settings, load

TABLE = "personal_data.yaml"
"""The file of a context's table, in its folder."""

More = Callable[[Subject, Any], Mapping[str, Sequence[str]]]
"""Names that only the context knows of a subject (its cases, say), found in its DynamoDB table."""


Unpack = Callable[[Row], Mapping[str, Any]]
"""A row with what is packed in it opened."""


Also = Callable[[Subject], Mapping[str, int]]
"""Erases what a subject has elsewhere than in the context's table and bucket; how much of what."""


class PersonalDataSettings(Settings):
    """What the function needs."""

    personal_table: str
    personal_bucket: str = ""  # where the context's objects are; empty: it has none
    disclosures_bucket: str


def listener(
    folder: Path,
    settings: type[PersonalDataSettings],
    more: More = lambda _subject, _table: {},
    unpack: Unpack = dict,
    also: Also = lambda _subject: {},
) -> Handler:
    """The handler of the context in ``folder``, which may know ``more`` names of a subject, has to
    ``unpack`` rows that it keeps packed, and erases ``also`` what lies elsewhere."""
    kinds = read(folder / TABLE)

    @observed
    def handler(event: dict[str, Any], context: Any) -> None:
        asked = events.parse(event)
        assert isinstance(asked, DisclosureAsked | ErasureAgreed)
        service = PersonalDataService(folder.name, kinds, unpack, load(settings))
        names = {**asked.subject.names(), **more(asked.subject, service.table)}
        if isinstance(asked, DisclosureAsked):
            service.disclose(asked, names)
        else:
            service.erase(asked, names, also)

    return handler


class PersonalDataService:
    """What a context keeps of people."""

    def __init__(
        self, context: str, kinds: Table, unpack: Unpack, settings: PersonalDataSettings
    ) -> None:
        self._context, self._kinds, self._unpack = context, kinds, unpack
        self._settings = settings
        self.table = table(settings.personal_table)

    def disclose(self, asked: DisclosureAsked, names: Mapping[str, Sequence[str]]) -> None:
        """Put the context's part into the bucket of disclosures, with a copy of each object."""
        kinds, place = [], f"{DISCLOSURES}/{asked.id}"
        for kind in self._kinds.kinds:
            if not kind.disclosed:
                continue
            rows = [shown(self._unpack(row), kind.secret) for row in self._rows(kind, names)]
            objects = [self._copy(place, key) for key in self._objects(kind, names)]
            if rows or objects:
                kinds.append(
                    PartKind(
                        kind=kind.name,
                        words=kind.words,
                        kept=kind.kept.text(),
                        records=rows,
                        objects=objects,
                    )
                )
        part = Part(context=self._context, kinds=kinds)
        self._put(place, part.model_dump_json(indent=1))

    def erase(self, asked: ErasureAgreed, names: Mapping[str, Sequence[str]], also: Also) -> None:
        """Erase what the law does not want kept, and say in numbers what was done."""
        erased = {name: count for name, count in also(asked.subject).items() if count}
        kept: dict[str, str] = {}
        for kind in self._kinds.kinds:
            if kind.kept.by_law:
                if next(self._rows(kind, names), None) is not None:
                    kept[kind.name] = kind.kept.text()
                continue
            count = 0
            keys = [{"pk": row["pk"], "sk": row["sk"]} for row in self._rows(kind, names)]
            with self.table.batch_writer() as batch:
                for key in keys:
                    batch.delete_item(Key=key)
                    count += 1
            for name in self._objects(kind, names):
                client("s3").delete_object(Bucket=self._settings.personal_bucket, Key=name)
                count += 1
            if count:
                erased[kind.name] = count
        logger.info("erased", extra={"request": asked.id, "erased": erased, "kept": kept})
        place = f"{ERASURES}/{asked.id}"
        done = Erased(context=self._context, erased=erased, kept=kept)
        self._put(place, done.beside(self._said(place)).model_dump_json())

    def _rows(self, kind: Kind, names: Mapping[str, Sequence[str]]) -> Iterator[Row]:
        found: dict[Place, Row] = {}  # a place may lie within another
        for pk, sk in (place for rows in kind.rows for place in places(rows, names)):
            under = Key("pk").eq(pk) & Key("sk").begins_with(sk) if sk else Key("pk").eq(pk)
            for row in dynamo.query(self.table, under, ConsistentRead=True):
                # Of several kinds in one partition, each row is of the one that says more of it.
                if self._kinds.kind_of(row["pk"], row["sk"]) == kind:
                    found[Place(row["pk"], row["sk"])] = row
        yield from found.values()

    def _objects(self, kind: Kind, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
        if not kind.objects:
            return
        for place in places(kind.objects, names):
            yield from self._listed(place)

    def _listed(self, place: Place) -> Iterator[str]:
        pages = client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._settings.personal_bucket, Prefix=place.pk):
            yield from (one["Key"] for one in page.get("Contents", []))

    def _copy(self, place: str, key: str) -> str:
        name = f"{self._context}/{key}"
        client("s3").copy_object(
            Bucket=self._settings.disclosures_bucket,
            Key=f"{place}/{name}",
            CopySource={"Bucket": self._settings.personal_bucket, "Key": key},
        )
        return name

    def _said(self, place: str) -> Erased | None:
        """What the context said before that it erased, if it was told before."""
        s3 = client("s3")
        try:
            found = s3.get_object(
                Bucket=self._settings.disclosures_bucket, Key=f"{place}/{self._context}.json"
            )
        except s3.exceptions.NoSuchKey:
            return None
        return Erased.model_validate_json(found["Body"].read())

    def _put(self, place: str, body: str) -> None:
        client("s3").put_object(
            Bucket=self._settings.disclosures_bucket,
            Key=f"{place}/{self._context}.json",
            Body=body.encode(),
            ContentType="application/json; charset=utf-8",
        )
