"""What cameras report: motion by the minute, and episodes."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.messages import EpisodeReport, MotionReport
from iot.topics import Channel
from lambdas.ingest.motion import by_hour
from lambdas.ingest.store import Store
from lambdas.shared import events
from lambdas.shared.aws import bus, queues, rejects
from lambdas.shared.aws.directory import Directory
from lambdas.shared.reports import MalformedMessage, not_from_the_future, open_envelope, understand
from lambdas.shared.settings import Settings, load


class ReportSettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str
    event_bus: str


def take(record: SQSRecord) -> None:
    """Take one report; garbage is written down, not tried again."""
    settings = load(ReportSettings)
    with rejects.record_rejects(settings.readings_table, record):
        opened = open_envelope(record.body)
        if Directory(settings.directory_table).device(opened.thing) is None:
            raise MalformedMessage("unknown-device", opened.channel, opened.thing)
        if opened.channel is Channel.MOTION:
            motion = understand(MotionReport, opened)
            not_from_the_future(max(minute.at for minute in motion.minutes), opened)
            for hour in by_hour(motion.minutes):
                Store(settings.readings_table).add(opened.thing, hour)
        elif opened.channel is Channel.EPISODE:
            episode = understand(EpisodeReport, opened)
            not_from_the_future(episode.ended_at or episode.episode, opened)
            bus.publish(
                settings.event_bus,
                events.EpisodeReported(
                    thing=opened.thing, received_at=opened.received_at, report=episode
                ),
            )
        else:
            raise MalformedMessage("wrong-channel", opened.channel, opened.thing)


handler = queues.worker(take)
