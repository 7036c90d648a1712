"""What every store does with DynamoDB rows: read to the last page, write once, write together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from lambdas.shared.aws.clients import client

Row = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def query(table: Any, condition: ConditionBase, **more: Any) -> Iterator[Row]:
    """The rows of a table that fit, page after page."""
    start: Row = {}
    while True:
        page = table.query(KeyConditionExpression=condition, **more, **start)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


AT_ONCE = 100
"""Keys that one request may ask for."""


def get_many(table: str, keys: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """The rows of these keys that there are, in any order; what the service does not get to is
    asked for again."""
    for first in range(0, len(keys), AT_ONCE):
        asked: Any = {table: {"Keys": [serialize(key) for key in keys[first : first + AT_ONCE]]}}
        while asked:
            answer = client("dynamodb").batch_get_item(RequestItems=asked)
            for row in answer["Responses"].get(table, []):
                yield {name: _deserialize(value) for name, value in row.items()}
            asked = answer.get("UnprocessedKeys")


def put_if_absent(table: Any, row: Mapping[str, Any]) -> bool:
    """Write a row unless there is one of its key; whether it was written."""
    try:
        table.put_item(Item=dict(row), ConditionExpression=Attr("pk").not_exists())
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


# --- several at once


def serialize(row: Mapping[str, Any]) -> Row:
    """Values as the plain client wants them."""
    return {name: _serialize(value) for name, value in row.items()}


def put(table: str, row: Mapping[str, Any], condition: str | None = None, **values: Any) -> Row:
    """To write a row together with others; ``values`` are those that ``condition`` names."""
    write: Row = {"TableName": table, "Item": serialize(row)}
    if condition:
        write["ConditionExpression"] = condition
    if values:
        write["ExpressionAttributeValues"] = serialize({f":{k}": v for k, v in values.items()})
    return {"Put": write}


def put_new(table: str, row: Mapping[str, Any]) -> Row:
    """To write a row together with others, on condition that there is none of its key."""
    return put(table, row, "attribute_not_exists(pk)")


def delete(table: str, key: Mapping[str, Any]) -> Row:
    """To delete a row together with others."""
    return {"Delete": {"TableName": table, "Key": serialize(key)}}


def transact(writes: Sequence[Row], through: Any = None) -> bool:
    """Do all of it or nothing. False when a condition does not hold, or others were at it.
    ``through``: the client to use, where it is not this function's own."""
    dynamodb = through or client("dynamodb")
    try:
        dynamodb.transact_write_items(TransactItems=list(writes))
    except dynamodb.exceptions.TransactionCanceledException as error:
        reasons = {r.get("Code", "None") for r in error.response.get("CancellationReasons", [])}
        if reasons <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
            return False
        raise
    return True
