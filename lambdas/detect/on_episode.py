"""A camera reported an episode: one whose picture stays with it (DC-22) or never existed (DC-29),
or the end of one."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.detect.event import event_id, from_verdict
from lambdas.detect.store import Store
from lambdas.detect.verdict import Box, Reason, Verdict
from lambdas.shared import events
from lambdas.shared.aws import bus, queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.settings import Settings, load


class EpisodeSettings(Settings):
    """What the function needs."""

    detect_table: str
    directory_table: str
    event_bus: str


def take(record: SQSRecord) -> None:
    """Remember what the camera says; tell the bus of what was not uploaded, and of ends."""
    settings = load(EpisodeSettings)
    told = events.parse(json.loads(record.body))
    assert isinstance(told, events.EpisodeReported)
    device = Directory(settings.directory_table).device(told.thing)
    if device is None:
        return
    store, report = Store(settings.detect_table), told.report
    id = event_id(told.thing, report.episode)
    if report.pictures != "cloud":
        seconds = (report.ended_at - report.episode).total_seconds() if report.ended_at else 0.0
        boxes = tuple(Box(**box.model_dump()) for box in report.boxes)
        verdict = Verdict(
            kind=report.kind,
            level=report.level,
            score=report.level,
            boxes=boxes,
            reason=Reason(
                kind=report.kind,
                area=min(1.0, sum(b.w * b.h for b in boxes)),
                seconds=seconds,
                how=report.how,
            ),
            detector="device",
        )
        seen = from_verdict(
            verdict,
            home=device.home,
            thing=told.thing,
            camera=device.name,
            mode=report.mode,
            episode=report.episode,
            detected_at=told.received_at,
            pictures=report.pictures,
            tell=device.settings.tell,
        )
        event, _ = store.see(seen)
        if event.to_be_announced():
            bus.publish(settings.event_bus, event.announcement())
            store.announced(event)
    if report.ended_at:
        store.ended(device.home, id, report.ended_at)
        ended = events.MotionEnded(event=id, home=device.home, thing=told.thing, at=report.ended_at)
        bus.publish(settings.event_bus, ended)


handler = queues.worker(take)
