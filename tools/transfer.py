"""A home with everything of it moved to another deployment (HT-91): `python -m tools.transfer`.

``out HOME FOLDER`` writes what is kept of a home, as the contexts' tables of kinds of records say
(docs/personal-data.md), secrets included: rows as they are, objects beside them, and its people.
The folder is as confidential as the database. ``in FOLDER`` puts it into the deployment of the
current credentials. Its people get logins there, by their addresses; where rows name a person (by
the login's subject, a UUID), they name the new login. Numbers of cases get a ``--suffix``, so that
none is taken for one of the new company's. What is there already is left as it is, and told: doing
it again adds nothing. Afterwards a run of kind ``rebuild`` makes lists and directory; devices are
set up anew with the new company's claim.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from lambdas.billing import on_personal_data as of_billing
from lambdas.billing.contract.sharding import shard_of
from lambdas.dispatch import on_personal_data as of_dispatch
from lambdas.homes import on_personal_data as of_homes
from lambdas.homes.requests import CONTEXTS
from lambdas.shared.personal_data import Subject, places, read

ROOT = Path(__file__).parents[1]
STACKS = {"detect": "Detection"}
BUCKETS = {"detect": "Pictures", "dispatch": "Visits", "billing": "Claims"}
MORE: Mapping[str, Callable[[Subject, Any], Mapping[str, Sequence[str]]]] = {
    "billing": of_billing.shards,
    "dispatch": of_dispatch.cases_and_plans,
    "homes": of_homes.members,
}
"""Names that contexts know of a subject beside those that all know."""


class NotMoved(Exception):
    """The home cannot be moved as it is; in words."""


@dataclass
class Deployment:
    """Tables and buckets by context, and the pool of logins, of one deployment."""

    tables: Mapping[str, str]
    buckets: Mapping[str, str]
    pool: str
    client: Callable[[str], Any] = field(default=boto3.client)
    table: Callable[[str], Any] = field(default=lambda name: boto3.resource("dynamodb").Table(name))

    @classmethod
    def here(cls) -> "Deployment":
        """The one of the current credentials and region."""
        tables, buckets, pool = {}, {}, ""
        for context in (*CONTEXTS, "api"):
            stack = "Data" if context == "homes" else STACKS.get(context, context.title())
            for one in boto3.client("cloudformation").describe_stack_resources(
                StackName=f"Mimamori{stack}"
            )["StackResources"]:
                name = one["PhysicalResourceId"]
                if one["ResourceType"] == "AWS::DynamoDB::GlobalTable":
                    tables[context] = name
                elif one["ResourceType"] == "AWS::S3::Bucket" and one[
                    "LogicalResourceId"
                ].startswith(BUCKETS.get(context, "-")):
                    buckets[context] = name
                elif one["ResourceType"] == "AWS::Cognito::UserPool":
                    pool = name
        return cls(tables, buckets, pool)

    # -- out

    def out(self, home: str, folder: Path) -> Counter[str]:
        """Write what is kept of a home into a folder; how much of what. NotMoved where nobody
        belongs to it, or while a case of it is open."""
        subject, people = self._subject(home)
        if not people:
            raise NotMoved(f"nobody belongs to {home}")
        folder.mkdir(parents=True)
        counts: Counter[str] = Counter()
        with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
            for context in CONTEXTS:
                for kind, row in self._rows(context, subject):
                    if context == "dispatch" and row["sk"]["S"] == "HEAD":
                        self._closed(row["pk"]["S"].removeprefix("CASE#"))
                    file.write(json.dumps([context, _packed(row)], ensure_ascii=False) + "\n")
                    counts[f"{context}.{kind}"] += 1
        for context in CONTEXTS:
            for kind, key in self._objects(context, subject):
                path = folder / "objects" / context / key
                path.parent.mkdir(parents=True, exist_ok=True)
                self.client("s3").download_file(self.buckets[context], key, str(path))
                counts[f"{context}.{kind}"] += 1
        about = {"home": home, "subject": subject.model_dump(), "people": people}
        (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        return counts

    def _subject(self, home: str) -> tuple[Subject, dict[str, str]]:
        """Everything a home is called by, and the addresses of its people."""
        directory = self.table(self.tables["homes"])
        rows = _query(directory, f"HOME#{home}")
        people = {r["person"]: r["email"] for r in rows if r["sk"].startswith("MEMBER#")}
        contracts = [r["id"] for r in rows if r["sk"].startswith("CONTRACT#")]
        contracts += [
            r["sk"].removeprefix("CONTRACT#")
            for r in _query(self.table(self.tables["billing"]), f"HOME#{home}")
        ]
        subject = Subject(
            home=home,
            things=tuple(r["sk"] for r in _query(directory, f"THINGS#{home}")),
            contracts=tuple(sorted(set(contracts))),
            persons=tuple(sorted(people)),
        )
        return subject, people

    def _names(self, context: str, subject: Subject) -> dict[str, Sequence[str]]:
        more = MORE.get(context, lambda _subject, _table: {})
        return {**subject.names(), **more(subject, self.table(self.tables[context]))}

    def _rows(self, context: str, subject: Subject) -> Iterator[tuple[str, dict[str, Any]]]:
        kinds = read(ROOT / "lambdas" / context / "personal_data.yaml")
        names, seen = self._names(context, subject), set()
        for kind in kinds.kinds:
            for pk, sk in (place for rows in kind.rows for place in places(rows, names)):
                under = {":pk": {"S": pk}} | ({":sk": {"S": sk}} if sk else {})
                pages = (
                    self.client("dynamodb")
                    .get_paginator("query")
                    .paginate(
                        TableName=self.tables[context],
                        KeyConditionExpression="pk = :pk"
                        + (" AND begins_with(sk, :sk)" if sk else ""),
                        ExpressionAttributeValues=under,
                        ConsistentRead=True,
                    )
                )
                for row in (row for page in pages for row in page["Items"]):
                    key = row["pk"]["S"], row["sk"]["S"]
                    if key not in seen:
                        seen.add(key)
                        yield kind.name, row

    def _closed(self, case: str) -> None:
        """NotMoved when a case is open: somebody may be on the way."""
        listed = {"pk": {"S": "OPEN"}, "sk": {"S": case}}
        found = self.client("dynamodb").get_item(TableName=self.tables["dispatch"], Key=listed)
        if "Item" in found:
            raise NotMoved(f"{case} is open")

    def _objects(self, context: str, subject: Subject) -> Iterator[tuple[str, str]]:
        kinds = read(ROOT / "lambdas" / context / "personal_data.yaml")
        names = self._names(context, subject)
        for kind in kinds.kinds:
            for place in places(kind.objects, names) if kind.objects else ():
                pages = self.client("s3").get_paginator("list_objects_v2")
                for page in pages.paginate(Bucket=self.buckets[context], Prefix=place.pk):
                    yield from ((kind.name, one["Key"]) for one in page.get("Contents", ()))

    # -- in

    def take_in(self, folder: Path, suffix: str) -> Counter[str]:
        """Put a folder's home into this deployment; how much of what, and what was there."""
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        renamed = {old: self._login(email) for old, email in about["people"].items()}
        lines = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
        for context, packed in map(json.loads, lines):
            if context == "dispatch" and packed["pk"]["S"].startswith("CASE#"):
                number = packed["pk"]["S"].removeprefix("CASE#")
                renamed[number] = f"{number}-{suffix}"
        counts: Counter[str] = Counter()
        for line in lines:
            line = _renamed(line, renamed)
            context, packed = json.loads(line)
            counts[f"{context}.{self._put(context, _unpacked(packed))}"] += 1
        for path in sorted((folder / "objects").rglob("*")):
            if path.is_file():
                context, key = path.relative_to(folder / "objects").as_posix().split("/", 1)
                key = _renamed(key, renamed)
                self.client("s3").upload_file(str(path), self.buckets[context], key)
                counts[f"{context}.objects"] += 1
        return counts

    def _login(self, email: str) -> str:
        """The login of an address: one that is there, or a new one, to which Cognito writes."""
        cognito = self.client("cognito-idp")
        verified = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ]
        try:
            attributes = cognito.admin_create_user(
                UserPoolId=self.pool, Username=email, UserAttributes=verified
            )["User"]["Attributes"]
        except cognito.exceptions.UsernameExistsException:
            found = cognito.admin_get_user(UserPoolId=self.pool, Username=email)
            attributes = found["UserAttributes"]
        return str(next(one["Value"] for one in attributes if one["Name"] == "sub"))

    def _put(self, context: str, row: dict[str, Any]) -> str:
        dynamodb, table = self.client("dynamodb"), self.tables[context]
        new = {
            "Put": {
                "TableName": table,
                "Item": row,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        writes = [new]
        if context == "billing" and row["sk"]["S"].endswith("#A"):
            # Runs go by shards: one whose contracts are not counted would be left out.
            shard = shard_of(row["sk"]["S"].removesuffix("#A"))
            count = {
                "TableName": table,
                "Key": {"pk": {"S": "SHARDS"}, "sk": {"S": shard}},
                "UpdateExpression": "ADD contracts :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
            writes.append({"Update": count})
        try:
            dynamodb.transact_write_items(TransactItems=writes)
        except dynamodb.exceptions.TransactionCanceledException:
            return "there already"
        return "rows"


def _query(table: Any, pk: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = table.query(KeyConditionExpression=Key("pk").eq(pk), ConsistentRead=True, **more)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with each old name as the new one; a number is not taken for a longer one."""
    for old, new in names.items():
        text = re.sub(rf"{re.escape(old)}(?!\d)", new, text)
    return text


def _packed(value: Any) -> Any:
    """A row's values as JSON; bytes as hexadecimal."""
    if isinstance(value, dict):
        return {
            name: {"hex": one.hex()} if isinstance(one, bytes) else _packed(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [{"hex": one.hex()} if isinstance(one, bytes) else _packed(one) for one in value]
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return (
            bytes.fromhex(value["hex"])
            if value.keys() == {"hex"}
            else {name: _unpacked(one) for name, one in value.items()}
        )
    return [_unpacked(one) for one in value] if isinstance(value, list) else value


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.transfer", description=__doc__)
    ways = parser.add_subparsers(dest="way", required=True)
    out = ways.add_parser("out")
    out.add_argument("home")
    out.add_argument("folder", type=Path)
    into = ways.add_parser("in")
    into.add_argument("folder", type=Path)
    into.add_argument("--suffix", required=True)
    wanted = parser.parse_args(arguments)
    here = Deployment.here()
    try:
        counts = (
            here.out(wanted.home, wanted.folder)
            if wanted.way == "out"
            else here.take_in(wanted.folder, wanted.suffix)
        )
    except NotMoved as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name}: {count}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
