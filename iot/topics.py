"""MQTT topics: the one place where their names are made.

A device named THING publishes on ``mimamori/THING/<channel>`` through the Basic Ingest path of the
rule that takes the channel (no messaging charge), and listens on the same tree without that path.
The thing's name is the client id, and its certificate may use no other device's topics
(iot/policies.py).
"""

from enum import StrEnum
from typing import NamedTuple

ROOT = "mimamori"


class Channel(StrEnum):
    """The part of a topic behind the thing's name."""

    UPLOAD_REQUEST = "uploads/request"  # device → cloud: may I upload?
    UPLOAD_GRANT = "uploads/granted"  # cloud → device: presigned PUTs, or why not
    MOTION = "motion"  # device → cloud: motion level by the minute (DC-28)
    EPISODE = "episodes"  # device → cloud: an episode without a picture began, or one ended
    READINGS = "readings"  # device → cloud: firings of its sensors by the minute (HT-07)
    STATUS = "status"  # device → cloud: health
    PANEL = "panel"  # controller → cloud: what happened at the alarm panel (AL-01)
    SETTINGS = "settings"  # cloud → controller: areas, sensors, times, keys
    COMMAND = "commands"  # cloud → device: alarm, voice, snapshot, … (DC-27)
    COMMAND_RESULT = "commands/results"  # device → cloud: done, or why not (DC-24)
    LIVE = "live"  # camera → cloud: the answer to who wants to look live (DC-25)
    POSITION = "positions"  # a responder's phone → cloud: here I am (AL-12)


RULES: dict[Channel, str] = {
    Channel.UPLOAD_REQUEST: "mimamori_upload_request",
    Channel.MOTION: "mimamori_motion",
    Channel.EPISODE: "mimamori_episode",
    Channel.READINGS: "mimamori_readings",
    Channel.STATUS: "mimamori_status",
    Channel.PANEL: "mimamori_panel",
    Channel.COMMAND_RESULT: "mimamori_command_result",
    Channel.LIVE: "mimamori_live",
    Channel.POSITION: "mimamori_position",
}
"""Channels that devices publish on, each with the topic rule that takes it."""

ENVELOPE_SQL = (
    "SELECT encode(*, 'base64') AS payload, clientid() AS client, topic() AS topic, "
    "timestamp() AS received FROM '{filter}'"
)
"""A rule's query. The payload travels as Base64, so that what is not JSON arrives too and can be
recorded, where a plain ``SELECT *`` would drop it."""


class Source(NamedTuple):
    """Who sent a message on which channel."""

    thing: str
    channel: Channel


def topic(thing: str, channel: Channel) -> str:
    """The topic as subscribers and rules see it."""
    return f"{ROOT}/{thing}/{channel}"


def ingest(thing: str, channel: Channel) -> str:
    """The topic a device publishes on: the channel's rule alone receives it (Basic Ingest)."""
    return f"$aws/rules/{RULES[channel]}/{topic(thing, channel)}"


def rule_filter(channel: Channel) -> str:
    """The topic filter of the channel's rule."""
    return topic("+", channel)


def parse(name: str) -> Source:
    """Thing and channel of a topic as a rule's ``topic()`` gives it; ValueError for any other."""
    root, _, rest = name.partition("/")
    thing, _, channel = rest.partition("/")
    if root != ROOT or not thing:
        raise ValueError(f"not a Mimamori topic: {name!r}")
    return Source(thing, Channel(channel))


def shadow(thing: str, suffix: str) -> str:
    """The classic shadow's topics: ``update``, ``update/delta``, ``get``, ``get/accepted`` …"""
    return f"$aws/things/{thing}/shadow/{suffix}"
