"""What devices report: motion by the minute, episodes, and the minutes of sensors."""

from datetime import datetime, timedelta

from iot.messages.camera import EpisodeReport, MotionReport
from iot.messages.sensor import ReadingsReport, SensorKind
from iot.topics import Channel
from lambdas.ingest.activity.access import FRIDGE, TAKEN
from lambdas.ingest.activity.packing import pack
from lambdas.ingest.activity.temperatures import TAG, warnings
from lambdas.ingest.activity_store import ActivityStore, HourFull
from lambdas.ingest.motion import by_hour
from lambdas.ingest.store import Store
from lambdas.shared import events
from lambdas.shared.aws import bus
from lambdas.shared.aws.device_reports import Report, Routes, Tables, reports_worker
from lambdas.shared.aws.directory import Directory
from lambdas.shared.reports import MalformedMessage
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


TOO_LATE = timedelta(days=35)
"""What comes later than this can no longer change what is known."""


def _readings(report: Report) -> None:
    """Only minutes of which the contract entitles to something, then and now, are kept: nothing is
    taken in during a pause (A-27), and nothing of a fridge without its link (HT-12, HT-88)."""
    said = report.parse(ReadingsReport)
    report.not_from_the_future(max(sensor.last for sensor in said.sensors))
    oldest = min(sensor.first for sensor in said.sensors)
    if report.received_at - oldest > TOO_LATE:
        detail = f"{oldest.isoformat()}, received {report.received_at.isoformat()}"
        raise MalformedMessage("too-late", detail, report.device.thing)
    settings = load(ReportSettings)
    home = Directory(settings.directory_table).home(report.device.home)
    if home is None:
        raise MalformedMessage("unknown-home", report.device.home, report.device.thing)
    now = home.features(report.received_at)

    def allowed(kind: SensorKind, at: datetime) -> bool:
        then = home.features(at)
        linked = kind != "fridge" or FRIDGE in now & then
        return linked and bool(now & TAKEN) and bool(then & TAKEN)

    if TAG in now:
        told = warnings(home.id, report.device.thing, said.sensors)
        for first in range(0, len(told), 10):
            bus.publish(settings.event_bus, *told[first : first + 10])
    store = ActivityStore(settings.readings_table)
    for part in pack(report.device.thing, said.sensors, allowed):
        try:
            store.add(home.id, part)
        except HourFull as error:
            raise MalformedMessage("too-many", str(error), report.device.thing) from error


ROUTES: Routes = {
    Channel.MOTION: _motion,
    Channel.EPISODE: _episode,
    Channel.READINGS: _readings,
}
"""Who takes what devices say on a channel."""


def _tables() -> Tables:
    settings = load(ReportSettings)
    return Tables(rejects=settings.readings_table, directory=settings.directory_table)


handler = reports_worker(ROUTES, _tables)
