"""What cameras report: motion by the minute, and episodes."""

from iot.messages.camera import EpisodeReport, MotionReport
from iot.topics import Channel
from lambdas.ingest.motion import by_hour
from lambdas.ingest.store import Store
from lambdas.shared import events
from lambdas.shared.aws import bus
from lambdas.shared.aws.device_reports import Report, Routes, Tables, reports_worker
from lambdas.shared.settings import Settings, load


class ReportSettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str
    event_bus: str


def _motion(report: Report) -> None:
    motion = report.parse(MotionReport)
    report.not_from_the_future(max(minute.at for minute in motion.minutes))
    for hour in by_hour(motion.minutes):
        Store(load(ReportSettings).readings_table).add(report.device.thing, hour)


def _episode(report: Report) -> None:
    episode = report.parse(EpisodeReport)
    report.not_from_the_future(episode.ended_at or episode.episode)
    bus.publish(
        load(ReportSettings).event_bus,
        events.EpisodeReported(
            thing=report.device.thing, received_at=report.received_at, report=episode
        ),
    )


ROUTES: Routes = {Channel.MOTION: _motion, Channel.EPISODE: _episode}
"""Who takes what devices say on a channel."""


def _tables() -> Tables:
    settings = load(ReportSettings)
    return Tables(rejects=settings.readings_table, directory=settings.directory_table)


handler = reports_worker(ROUTES, _tables)
