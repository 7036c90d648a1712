"""A camera asks to upload: answer with presigned PUTs under its own prefix, or say why not.

A grant is for exactly the announced number of bytes and lives a few minutes (DC-20, DC-22, DC-29).
"""

import base64
from datetime import UTC, datetime
from typing import Any

from iot.messages.base import Envelope
from iot.messages.camera import Grant, Refusal, UploadGrant, UploadRequest
from iot.topics import Channel
from lambdas.detect.entitlement import ROOM_WATCH, may_keep_pictures
from lambdas.shared.aws import mqtt, rejects
from lambdas.shared.aws.clients import client, presigned_until
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import observed
from lambdas.shared.household import Device, Home
from lambdas.shared.reports import MalformedMessage, Opened, open_envelope, understand
from lambdas.shared.settings import Settings, load

SUFFIX = {"application/zip": "zip", "image/jpeg": "jpg"}


class UploadSettings(Settings):
    """What the function needs."""

    detect_table: str
    directory_table: str
    pictures_bucket: str
    grant_seconds: int = 300


@observed
def handler(event: dict[str, Any], _: Any) -> None:
    """Take one message of the upload-request rule; what is no envelope at all ends in the
    dead-letter queue, since only the rule itself could have sent it."""
    settings = load(UploadSettings)
    try:
        opened = open_envelope(event)
        request = understand(UploadRequest, opened)
    except MalformedMessage as garbage:
        if not garbage.thing:
            raise
        write_down(garbage, Envelope.model_validate(event))
        mqtt.publish(garbage.thing, Channel.UPLOAD_GRANT, UploadGrant(id="", refused="bad-request"))
        return
    directory = Directory(settings.directory_table)
    device = directory.device(opened.thing)
    home = directory.home(device.home) if device else None
    refused = refusal(device, home, opened.received_at)
    grants = [] if refused else presign(settings, request, opened)
    answer = UploadGrant(id=request.id, grants=grants, refused=refused)
    mqtt.publish(opened.thing, Channel.UPLOAD_GRANT, answer)


def write_down(garbage: MalformedMessage, envelope: Envelope) -> None:
    """Keep a record of a request that makes no sense."""
    at = datetime.fromtimestamp(envelope.received / 1000, UTC)
    rejects.record(
        load(UploadSettings).detect_table,
        id=f"{garbage.thing}#{at.isoformat()}",
        thing=garbage.thing,
        at=at,
        reason=garbage.reason,
        detail=garbage.detail,
        head=base64.b64decode(envelope.payload),
    )


def refusal(device: Device | None, home: Home | None, now: datetime) -> Refusal | None:
    """Why a device may not upload pictures at ``now``; None when it may."""
    if device is None or device.camera is None or home is None:
        return "unknown-device"
    features = home.features(now)
    if ROOM_WATCH.feature not in features:
        return "not-entitled"
    if device.settings.mode == "motion-only":
        return "motion-only"
    return None if may_keep_pictures(device.kind, features) else "no-picture-contract"


def presign(settings: UploadSettings, request: UploadRequest, opened: Opened) -> list[Grant]:
    """One PUT for each announced object, under the device's own prefix; each says until when its
    URL is good."""
    now = opened.received_at
    stem = f"frames/{opened.thing}/{now:%Y-%m-%d/%H%M%S}{now.microsecond // 1000:03d}-{request.id}"
    grants = []
    for number, announced in enumerate(request.objects):
        key = f"{stem}-{number}.{SUFFIX[announced.type]}"
        url = client("s3").generate_presigned_url(
            "put_object",
            Params={
                "Bucket": settings.pictures_bucket,
                "Key": key,
                "ContentType": announced.type,
                "ContentLength": announced.bytes,
            },
            ExpiresIn=settings.grant_seconds,
        )
        grants.append(Grant(url=url, key=key, expires_at=presigned_until(url)))
    return grants
