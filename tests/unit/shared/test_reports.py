"""Opening what devices send."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iot.messages.base import MAX_PAYLOAD
from iot.messages.camera import EpisodeReport, MotionReport, StatusReport
from iot.topics import Channel, topic
from lambdas.shared.reports import (
    CLOCK_SKEW,
    MalformedMessage,
    Opened,
    not_from_the_future,
    open_envelope,
    understand,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def envelope(sent: bytes = b"{}", **changes: Any) -> dict[str, Any]:
    return {
        "payload": base64.b64encode(sent).decode(),
        "client": "cam-1",
        "topic": topic("cam-1", Channel.STATUS),
        "received": int(NOW.timestamp() * 1000) + 7,
        **changes,
    }


def refused(body: str | dict[str, object]) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as caught:
        open_envelope(body)
    return caught.value


def test_an_envelope_says_who_where_what_and_when() -> None:
    expected = Opened("cam-1", Channel.STATUS, b"\x00{", NOW + timedelta(milliseconds=7))
    assert open_envelope(envelope(b"\x00{")) == expected
    assert open_envelope(json.dumps(envelope(b"\x00{"))) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{",
        {},
        envelope(payload="?"),
        envelope(payload="e30"),  # not padded
        envelope(payload="e30=\n"),
        envelope(payload="あ"),
        envelope(payload=None),
        envelope(topic="mimamori/cam-1"),
        envelope(topic="mimamori//status"),
        envelope(topic="mimamori/cam-1/status/"),
        envelope(topic="MIMAMORI/cam-1/status"),
        envelope(topic="$aws/rules/mimamori_status/mimamori/cam-1/status"),
        envelope(topic=""),
        envelope(received="soon"),
        envelope(received=10**18),
        envelope(received=-(10**30)),
    ],
    ids=repr,
)
def test_what_is_no_envelope_is_garbage_of_nobody(body: Any) -> None:
    garbage = refused(body)
    assert (garbage.reason, garbage.thing) == ("not-an-envelope", "")
    assert len(garbage.detail) <= 300


def test_a_payload_may_have_so_many_bytes_and_not_one_more() -> None:
    assert len(open_envelope(envelope(bytes(MAX_PAYLOAD))).payload) == MAX_PAYLOAD
    garbage = refused(envelope(bytes(MAX_PAYLOAD + 1)))
    assert (garbage.reason, garbage.thing) == ("too-large", "cam-1")


@pytest.mark.parametrize("client", ["cam-2", "", "cam-1 ", "CAM-1"])
def test_nobody_writes_as_somebody_else(client: str) -> None:
    garbage = refused(envelope(client=client))
    assert (garbage.reason, garbage.thing) == ("not-the-sender", client)


def opened(payload: bytes) -> Opened:
    return Opened("cam-1", Channel.MOTION, payload, NOW)


@pytest.mark.parametrize(
    ("payload", "reason", "where"),
    [
        (b"", "not-json", ""),
        (b"\xff\xd8\xff", "not-json", ""),
        (b'{"minutes": [', "not-json", ""),
        (b"{}", "bad-message", "minutes"),
        (b"7", "bad-message", ""),
        (b'{"minutes": []}', "bad-message", "minutes"),
        (b'{"minutes": [{}]}', "bad-message", "minutes.0.at"),
    ],
)
def test_what_is_no_message_says_where(payload: bytes, reason: str, where: str) -> None:
    with pytest.raises(MalformedMessage) as caught:
        understand(MotionReport, opened(payload))
    assert (caught.value.reason, caught.value.thing) == (reason, "cam-1")
    assert caught.value.detail.startswith(where)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+09:00", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "now"]
)
def test_no_clock_of_another_age(at: str) -> None:
    health = {"mode": "guard", "firmware": "1", "pictures_on_device": 0, "waiting": 0}
    for kind, message in (
        (StatusReport, {"at": at, "sd_card": False, **health}),
        (EpisodeReport, {"episode": at, "level": 0, "pictures": "none", "mode": "pet"}),
    ):
        with pytest.raises(MalformedMessage) as caught:
            understand(kind, opened(json.dumps(message).encode()))
        assert caught.value.reason == "bad-message"


def test_a_clock_may_be_ahead_a_little() -> None:
    said = opened(b"")
    assert not_from_the_future(NOW + CLOCK_SKEW, said) == NOW + CLOCK_SKEW
    assert not_from_the_future(NOW - timedelta(days=9000), said) < NOW
    with pytest.raises(MalformedMessage) as caught:
        not_from_the_future(NOW + CLOCK_SKEW + timedelta(microseconds=1), said)
    assert (caught.value.reason, caught.value.thing) == ("from-the-future", "cam-1")
