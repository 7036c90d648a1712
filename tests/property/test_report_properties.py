"""Whatever arrives from outside: a message or garbage, nothing else."""

import base64
import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from iot.messages.base import CommandResult, Message
from iot.messages.camera import EpisodeReport, MotionReport, StatusReport, UploadRequest
from iot.topics import ROOT, Channel, parse, topic
from lambdas.detect.event import event_id
from lambdas.ingest.motion import by_hour
from lambdas.shared.reports import (
    MalformedMessage,
    Opened,
    not_from_the_future,
    open_envelope,
    understand,
)
from tests.examples import examples

KINDS: list[type[Message]] = [
    MotionReport,
    EpisodeReport,
    StatusReport,
    CommandResult,
    UploadRequest,
]
NOW = 1_795_316_400_000

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
INSTANTS = st.datetimes(timezones=st.timezones() | st.none()).map(lambda at: at.isoformat()) | (
    st.text(max_size=30) | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59-12:00"])
)
LEVELS = st.floats() | st.integers() | st.just("x")
MINUTES = st.fixed_dictionaries(
    {"at": INSTANTS, "level": LEVELS, "peak": LEVELS, "frames": st.integers()}
)
NEARLY = st.one_of(
    st.fixed_dictionaries({"minutes": st.lists(MINUTES, max_size=3)}),
    st.fixed_dictionaries(
        {
            "episode": INSTANTS,
            "ended_at": INSTANTS | st.none(),
            "level": LEVELS,
            "pictures": st.sampled_from(["cloud", "none", "?"]),
            "mode": st.sampled_from(["guard", "?"]),
        }
    ),
    st.fixed_dictionaries({"id": st.text(), "state": st.just("done"), "at": INSTANTS}),
)
"""What a device with a fault might say."""

PAYLOADS = st.binary(max_size=200) | (JSON | NEARLY).map(json.dumps).map(str.encode)
CHANNELS = st.sampled_from([topic("cam-1", channel) for channel in Channel])


@st.composite
def envelopes(draw: st.DrawFn) -> object:
    """An envelope with parts that may be anything."""
    payload = base64.b64encode(draw(PAYLOADS)).decode()
    return {
        "payload": draw(st.just(payload) | JSON),
        "client": draw(st.just("cam-1") | JSON),
        "topic": draw(CHANNELS | JSON),
        "received": draw(st.just(NOW) | st.integers() | JSON),
    }


@settings(derandomize=True, deadline=None, max_examples=examples(300))
@given(st.text() | envelopes().map(json.dumps) | JSON.map(json.dumps))
def test_any_body_is_an_envelope_or_garbage(body: str) -> None:
    with suppress(MalformedMessage):
        opened = open_envelope(body)
        assert opened.thing
        assert opened.channel in Channel
        assert opened.received_at.tzinfo


@settings(derandomize=True, deadline=None, max_examples=examples(400))
@given(PAYLOADS, st.sampled_from(KINDS))
def test_any_bytes_are_a_message_that_can_be_worked_with_or_garbage(
    payload: bytes, kind: type[Message]
) -> None:
    said = open_envelope(
        {
            "payload": base64.b64encode(payload).decode(),
            "client": "cam-1",
            "topic": topic("cam-1", Channel.MOTION),
            "received": NOW,
        }
    )
    assert said.payload == payload
    with suppress(MalformedMessage):
        use(understand(kind, said), said)


def use(message: Message, said: Opened) -> None:
    """What functions do with a message must not fail, if it is one."""
    assert type(message).model_validate_json(message.model_dump_json()) == message
    if isinstance(message, MotionReport):
        not_from_the_future(max(minute.at for minute in message.minutes), said)
        for hour in by_hour(message.minutes):
            assert hour.at.timestamp() >= -86400
    if isinstance(message, EpisodeReport):
        not_from_the_future(message.ended_at or message.episode, said)
        assert event_id("cam-1", message.episode)


THINGS = st.text(st.characters(exclude_characters="/+#"), min_size=1, max_size=20)


@settings(derandomize=True, deadline=None)
@given(THINGS, st.sampled_from(Channel))
def test_a_topic_leads_back_to_its_thing(thing: str, channel: Channel) -> None:
    assert parse(topic(thing, channel)) == (thing, channel)


@settings(derandomize=True, deadline=None)
@given(st.text() | st.text().map(f"{ROOT}/".__add__))
def test_any_topic_is_one_of_ours_or_an_error(name: str) -> None:
    with suppress(ValueError):
        assert topic(*parse(name)) == name
