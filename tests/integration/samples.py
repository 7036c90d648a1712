"""Events as AWS hands them to functions: the samples in tests/events, filled in.

NOON is noon of 22 November 2026 in Japan; everything happens on that day unless a test says so.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from iot import topics
from lambdas.shared.events import Event

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Sample = dict[str, Any]


@cache
def _read(name: str) -> Sample:
    folder = Path(__file__).parents[1] / "events"
    return dict(json.loads((folder / f"{name}.json").read_text()))


def sample(name: str) -> Sample:
    """A sample event of its own."""
    return deepcopy(_read(name))


def epoch(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def batch(*bodies: object, at: datetime = NOON, first: int = 0, delivery: int = 1) -> Sample:
    """An SQS batch of these bodies, delivered for the first time or again. Messages are named
    ``message-0``, ``message-1`` …"""
    event = sample("iot_envelope_in_sqs")
    (record,) = event["Records"]
    event["Records"] = [
        {
            **deepcopy(record),
            "messageId": f"message-{number}",
            "body": body if isinstance(body, str) else json.dumps(body, ensure_ascii=False),
            "attributes": {
                **record["attributes"],
                "SentTimestamp": str(epoch(at)),
                "ApproximateFirstReceiveTimestamp": str(epoch(at)),
                "ApproximateReceiveCount": str(delivery),
            },
        }
        for number, body in enumerate(bodies, first)
    ]
    return event


def stored(key: str, size: int = 4096, at: datetime = NOON) -> Sample:
    """S3 says that an object was stored."""
    body: Sample = json.loads(sample("s3_notification_in_sqs")["Records"][0]["body"])
    (record,) = body["Records"]
    record["eventTime"] = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    record["s3"]["object"].update(key=key, size=size)
    return body


def on_bus(event: Event) -> Sample:
    """An event as EventBridge writes it into a queue."""
    body: Sample = json.loads(sample("eventbridge_in_sqs")["Records"][0]["body"])
    detail = json.loads(event.model_dump_json())
    return {**body, "detail-type": event.detail_type(), "source": event.source, "detail": detail}


def envelope(
    thing: str,
    channel: topics.Channel,
    message: BaseModel | Mapping[str, object] | bytes,
    at: datetime = NOON,
    client: str | None = None,
) -> Sample:
    """What a device said, as the topic rule passes it on."""
    if isinstance(message, BaseModel):
        payload = message.model_dump_json().encode()
    elif isinstance(message, bytes):
        payload = message
    else:
        payload = json.dumps(message).encode()
    return {
        "payload": base64.b64encode(payload).decode(),
        "client": client or thing,
        "topic": topics.topic(thing, channel),
        "received": epoch(at),
    }


@contextmanager
def called_at(moment: datetime) -> Iterator[None]:
    """AWS IoT asks at this time, by the header of the call's trace."""
    with pytest.MonkeyPatch.context() as patch:
        root = f"1-{int(moment.timestamp()):08x}-{24 * '0'}"
        patch.setenv("_X_AMZN_TRACE_ID", f"Root={root};Parent=0000000000000000;Sampled=1")
        yield


def request(
    method: str,
    path: str,
    *,
    person: str,
    body: object = None,
    query: Mapping[str, str] | None = None,
    language: str | None = None,
    at: datetime = NOON,
    groups: str | None = None,
    client: str | None = None,
    headers: Mapping[str, str] | None = None,
    email: str | None = None,
) -> Sample:
    """A request to the HTTP API by somebody logged in (with the login's ``client``), in ``groups``
    as the gateway writes them.
    ``path`` is without the stage."""
    event = sample("http_api_v2")
    context = event["requestContext"]
    event["rawPath"] = context["http"]["path"] = f"/{context['stage']}{path}"
    event["routeKey"] = context["routeKey"] = f"{method} {path}"
    context["http"]["method"] = method
    context["timeEpoch"] = epoch(at)
    context["authorizer"]["jwt"]["claims"].update(
        sub=person, email=email or f"{person}@family.example"
    )
    if groups:
        context["authorizer"]["jwt"]["claims"]["cognito:groups"] = groups
    event["headers"].update(headers or {})
    if client:
        context["authorizer"]["jwt"]["claims"]["aud"] = client
    if isinstance(body, bytes):
        event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True
    elif body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    if query:
        event["queryStringParameters"] = dict(query)
        event["rawQueryString"] = "&".join(f"{name}={value}" for name, value in query.items())
    del event["headers"]["accept-language"]
    if language is not None:
        event["headers"]["accept-language"] = language
    return event
