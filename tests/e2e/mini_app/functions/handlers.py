"""The functions of the mini app: each leaves a trace in the table."""

import json
import os
import time

import boto3
import numpy as np

_table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


class OutOfOrder(Exception):
    """A failure with a name."""


def record(event, _context):
    """Something happened: keep what and in which order."""
    _table.put_item(
        Item={
            "pk": event["what"],
            "sk": f"{event.get('at', '')}#{time.time_ns()}",
            "packages": str(np.arange(3).sum()),
            "expires": 1,
        }
    )
    return {"recorded": event["what"]}


def consume(event, _context):
    for message in event["Records"]:
        _table.put_item(Item={"pk": "message", "sk": message["body"]})


def answer(event, _context):
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    body = {
        "path": event["rawPath"],
        "user": claims.get("email"),
        "at": event["requestContext"]["timeEpoch"],
    }
    return {"statusCode": 200, "body": json.dumps(body)}


def ask(event, _context):
    """A task for a human: keep the token, or fail if told to."""
    if event["input"].get("fail"):
        raise OutOfOrder("told to")
    _table.put_item(Item={"pk": "token", "sk": event["input"]["name"], "token": event["token"]})


def fail(_event, _context):
    raise OutOfOrder("as asked")
