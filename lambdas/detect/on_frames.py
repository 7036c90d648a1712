"""Frames arrived in the bucket: judge them, remember the event, tell the bus once an episode.

What cannot be taken goes to quarantine with a reason; nothing else waits for it.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.detect import burst
from lambdas.detect.burst import BadFrames, Burst
from lambdas.detect.detector import CameraSettings, Detector, Frames, MotionDetector
from lambdas.detect.event import from_verdict
from lambdas.detect.store import Gone, Pictures, Store
from lambdas.shared import bus, queues, rejects
from lambdas.shared.directory import Directory
from lambdas.shared.household import Device
from lambdas.shared.observability import logger, metrics, tracer
from lambdas.shared.settings import Settings, load

CLOCK_SKEW = timedelta(minutes=5)


class FramesSettings(Settings):
    """What the function needs."""

    detect_table: str
    directory_table: str
    pictures_bucket: str
    event_bus: str


detector: Detector = MotionDetector()


@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> Any:
    """Take a batch of S3 notifications."""
    return queues.process(event, context, take)


def take(record: SQSRecord) -> None:
    """Take one notification; it may name several objects, and may come twice."""
    for uploaded in json.loads(record.body).get("Records", []):  # S3 sends a test event without
        key = unquote_plus(uploaded["s3"]["object"]["key"])
        at = datetime.fromisoformat(uploaded["eventTime"])
        take_object(key, uploaded["s3"]["object"].get("size", 0), at)


def take_object(key: str, size: int, at: datetime) -> None:
    """Judge one object that was stored at ``at``."""
    settings = load(FramesSettings)
    pictures = Pictures(settings.pictures_bucket)
    thing = key.split("/")[1] if key.count("/") >= 2 else ""
    try:
        device = Directory(settings.directory_table).device(thing) if thing else None
        if device is None:
            raise BadFrames("unknown-device", thing)
        if device.mode == "motion-only":
            # No picture exists of such a room (DC-29): not even in quarantine.
            pictures.forget(key)
            raise BadFrames("motion-only", "deleted")
        if size > burst.MAX_BYTES:
            raise BadFrames("too-large", f"{size} bytes")
        frames = burst.unpack_any(pictures.frames(key))
        if frames.manifest and frames.manifest.captured[-1] > at + CLOCK_SKEW:
            raise BadFrames("from-the-future", frames.manifest.captured[-1].isoformat())
        judge(device, frames, at)
    except Gone:
        logger.info("gone already", extra={"key": key})
    except BadFrames as bad:
        rejects.record(
            settings.detect_table, id=key, thing=thing, at=at, reason=bad.reason, detail=bad.detail
        )
        if bad.reason != "motion-only":
            pictures.quarantine(key)


def judge(device: Device, frames: Burst, at: datetime) -> None:
    """Judge a burst or a lone picture of a known device."""
    settings = load(FramesSettings)
    store, pictures = Store(settings.detect_table), Pictures(settings.pictures_bucket)
    manifest = frames.manifest
    if manifest and manifest.purpose == "snapshot":
        if manifest.command is None:
            raise BadFrames("bad-manifest", "a snapshot answers a command")
        pictures.keep(device.home, manifest.command, frames.jpegs[-1])
        return
    verdict = detector.judge(Frames.of(frames), CameraSettings())
    metrics.add_metric(name="BurstsJudged", unit="Count", value=1)
    if verdict.kind == "none":
        logger.info("nothing moved", extra={"thing": device.thing})
        return
    seen = from_verdict(
        verdict,
        home=device.home,
        thing=device.thing,
        camera=device.name,
        mode=device.mode,
        episode=manifest.episode if manifest else store.episode_of(device.thing, at),
        detected_at=at,
        pictures="cloud",
    )
    event, best = store.see(seen)
    if best:
        pictures.keep(event.home, event.id, frames.jpegs[verdict.key_frame])
    if event.to_be_announced():
        bus.publish(settings.event_bus, event.announcement())
        store.announced(event)
