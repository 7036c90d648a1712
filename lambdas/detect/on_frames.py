"""Frames arrived in the bucket: judge them, remember the event, tell the bus once an episode.

What cannot be taken goes to quarantine with a reason; nothing else waits for it.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.vision import burst, network
from iot.vision.burst import BadFrames, Burst
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import Detector, Frames, PeopleAndPets
from lambdas.detect.event import belongs_to, from_verdict
from lambdas.detect.store import Gone, Lone, Pictures, Store
from lambdas.detect.verdict import Verdict
from lambdas.shared.aws import bus, queues, rejects
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.household import Device
from lambdas.shared.settings import Settings, load

CLOCK_SKEW = timedelta(minutes=5)


class FramesSettings(Settings):
    """What the function needs."""

    detect_table: str
    directory_table: str
    pictures_bucket: str
    event_bus: str


detector: Detector = PeopleAndPets()


def take(record: SQSRecord) -> None:
    """Take one notification; it may name several objects, and may come twice."""
    for uploaded in json.loads(record.body).get("Records", []):  # S3 sends a test event without
        key = unquote_plus(uploaded["s3"]["object"]["key"])
        at = datetime.fromisoformat(uploaded["eventTime"])
        take_object(key, uploaded["s3"]["object"].get("size", 0), at)


handler = queues.worker(take)


def take_object(key: str, size: int, at: datetime) -> None:
    """Judge one object that was stored at ``at``."""
    settings = load(FramesSettings)
    pictures = Pictures(settings.pictures_bucket)
    thing = key.split("/")[1] if key.count("/") >= 2 else ""
    try:
        device = Directory(settings.directory_table).device(thing) if thing else None
        if device is None or device.camera is None:
            raise BadFrames("unknown-device", thing)
        if device.camera.mode == "motion-only":
            # No picture exists of such a room (DC-29): not even in quarantine.
            pictures.forget(key)
            pictures.forget_last(thing)
            raise BadFrames("motion-only", "deleted")
        if size > burst.MAX_BYTES:
            raise BadFrames("too-large", f"{size} bytes")
        frames = burst.unpack_any(pictures.frames(key))
        if frames.manifest and frames.manifest.captured[-1] > at + CLOCK_SKEW:
            raise BadFrames("from-the-future", frames.manifest.captured[-1].isoformat())
        take_burst(device, frames, at)
    except Gone:
        logger.info("gone already", extra={"key": key})
    except BadFrames as bad:
        rejects.record(
            settings.detect_table, id=key, thing=thing, at=at, reason=bad.reason, detail=bad.detail
        )
        if bad.reason != "motion-only":
            pictures.quarantine(key)


def take_burst(device: Device, taken: Burst, at: datetime) -> None:
    """A burst, or a lone picture, of a known device."""
    settings = load(FramesSettings)
    store, pictures = Store(settings.detect_table), Pictures(settings.pictures_bucket)
    manifest = taken.manifest
    if manifest is None:
        now = Lone(at, taken.jpegs[0])
        last = pictures.last_of(device.thing)
        if found := judge(device, beside_last(last, now), at):
            tell(device, found, store.episode_of(device.thing, at), at)
        if last is None or last.at < at:
            pictures.remember(device.thing, now)
    elif manifest.purpose == "motion":
        if found := judge(device, Frames.of(taken), manifest.captured[-1]):
            event = belongs_to(found.verdict.kind, manifest.episode, manifest.within)
            within = manifest.within is not None and event == manifest.episode
            tell(device, found, event, at, within=within)
    elif manifest.command:
        pictures.keep(device.home, manifest.command, taken.jpegs[-1])
    else:
        raise BadFrames("bad-manifest", "a snapshot answers a command")


class Found(NamedTuple):
    """Something was seen, and the frame that shows it best."""

    verdict: Verdict
    jpeg: bytes


def judge(device: Device, frames: Frames, at: datetime) -> Found | None:
    """What the frames taken at ``at`` show, if anything."""
    verdict = detector.judge(
        frames, CameraSettings.at(at, device.settings.sensitivity, device.settings.zones)
    )
    metrics.add_metric(name="BurstsJudged", unit="Count", value=1)
    if verdict.detector == PeopleAndPets.name:
        metrics.add_metric(name="NetworkAsked", unit="Count", value=1)
    elif verdict.kind == "motion" and (missing := network.missing()):
        logger.error("no network: motion stays motion", extra={"why": missing})
        metrics.add_metric(name="NetworkMissing", unit="Count", value=1)
    if verdict.kind == "none":
        logger.info("nothing moved", extra={"thing": device.thing})
        return None
    return Found(verdict, frames.jpegs[verdict.key_frame])


def tell(
    device: Device, found: Found, episode: datetime, at: datetime, *, within: bool = False
) -> None:
    """Remember what was found in an episode, and tell the bus if it has not heard."""
    settings = load(FramesSettings)
    store = Store(settings.detect_table)
    seen = from_verdict(
        found.verdict,
        home=device.home,
        thing=device.thing,
        camera=device.name,
        mode=device.settings.mode,
        episode=episode,
        detected_at=at,
        pictures="cloud",
        tell=device.settings.tell,
        episode_within=within,
    )
    event, best = store.see(seen)
    if best:
        Pictures(settings.pictures_bucket).keep(event.home, event.id, found.jpeg)
    if event.to_be_announced():
        bus.publish(settings.event_bus, event.announcement())
        store.announced(event)


def beside_last(last: Lone | None, now: Lone) -> Frames:
    """A lone picture behind the camera's last one; the first of a camera proves nothing."""
    if last is None or last.at >= now.at:
        return Frames((now.jpeg,), (0.0,), reference=False)
    return Frames((last.jpeg, now.jpeg), (0.0, (now.at - last.at).total_seconds()))
