"""Requests about people's data, in the table of homes; the parts that contexts made, in the bucket
of disclosures."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from boto3.dynamodb.conditions import Key

from lambdas.homes.requests import FILES_KEPT, RECORD_KEPT, Request
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import client, table

OPEN = "OPEN"
LINK_SECONDS = 600


class File(NamedTuple):
    """A file of a disclosure: its name, its bytes, and a link to it for some minutes."""

    name: str
    size: int
    url: str


class RequestStore:
    """Rows ``HOME#<id>`` and ``PERSON#<id>`` by the request's id; erasures nobody has agreed to are
    listed under ``OPEN``, too."""

    def __init__(self, name: str) -> None:
        self._name, self._table = name, table(name)

    def add(self, request: Request) -> bool:
        """Keep a new request. False when it is there already."""
        writes = [dynamo.put_new(self._name, _row(request))]
        if not request.begun:
            writes.append(dynamo.put_new(self._name, _open(request)))
        return dynamo.transact(writes)

    def agree(self, request: Request) -> bool:
        """Keep that somebody agreed. False when it was not waiting (any more)."""
        gone = dynamo.delete(self._name, {"pk": OPEN, "sk": request.id})
        gone["Delete"]["ConditionExpression"] = "attribute_exists(pk)"
        return dynamo.transact([gone, dynamo.put(self._name, _row(request))])

    def request(self, of: str, id: str) -> Request | None:
        """A request about a home or a person."""
        row = self._table.get_item(Key={"pk": of, "sk": id}, ConsistentRead=True).get("Item")
        return Request.model_validate_json(row["body"]) if row else None

    def requests(self, of: str) -> list[Request]:
        """The requests about a home or a person, the newest first."""
        return [*self._requests(of)][::-1]

    def open(self) -> list[Request]:
        """Erasures that nobody has agreed to, the oldest first."""
        return [*self._requests(OPEN)]

    def _requests(self, pk: str) -> Iterator[Request]:
        for row in dynamo.query(self._table, Key("pk").eq(pk), ConsistentRead=True):
            yield Request.model_validate_json(row["body"])


class PartStore:
    """What contexts put into the bucket of disclosures, at a request's ``place``:
    ``<context>.json``, and beside it the pictures that it names."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def files(self, place: str) -> list[File]:
        """The files of a request that there are."""
        s3 = client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{place}/"
        )
        return [
            File(one["Key"].removeprefix(f"{place}/"), one["Size"], self._link(one["Key"]))
            for page in pages
            for one in page.get("Contents", [])
        ]

    def said(self, place: str, context: str) -> Any:
        """What a context said it did; None when it has not."""
        s3 = client("s3")
        try:
            found = s3.get_object(Bucket=self._bucket, Key=f"{place}/{context}.json")
        except s3.exceptions.NoSuchKey:
            return None
        return json.loads(found["Body"].read())

    def _link(self, key: str) -> str:
        return str(
            client("s3").generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentDisposition": "attachment",
                },
                ExpiresIn=LINK_SECONDS,
            )
        )


def _row(request: Request) -> dynamo.Row:
    kept = RECORD_KEPT if request.what == "erasure" else FILES_KEPT
    return {
        "pk": request.of,
        "sk": request.id,
        "body": request.model_dump_json(),
        "expires": int((request.asked_at + kept).timestamp()),
    }


def _open(request: Request) -> dynamo.Row:
    return {**_row(request), "pk": OPEN}
