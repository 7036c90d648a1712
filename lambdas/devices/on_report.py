"""What devices say about themselves: health, and what became of commands."""

from iot.messages.base import CommandResult, HealthReport
from iot.messages.live import LiveAnswer
from iot.topics import Channel
from lambdas.devices.model import HEALTH, Health
from lambdas.devices.store import Store
from lambdas.shared.aws.device_reports import Report, Routes, Tables, reports_worker
from lambdas.shared.aws.observability import metrics
from lambdas.shared.settings import Settings, load


class ReportSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


def _health(report: Report) -> None:
    kind = HEALTH.get(report.device.group, HealthReport)
    health = report.parse(kind)
    report.not_from_the_future(health.at)
    assert isinstance(health, Health)
    metrics.add_metric(name="HealthReports", unit="Count", value=1)
    _store().report(report.device.home, report.device.thing, health)


def _command_result(report: Report) -> None:
    _store().finish(report.device.thing, report.parse(CommandResult))


def _live(report: Report) -> None:
    _store().answer_live(report.device.thing, report.parse(LiveAnswer))


ROUTES: Routes = {
    Channel.STATUS: _health,
    Channel.COMMAND_RESULT: _command_result,
    Channel.LIVE: _live,
}
"""Who takes what devices say on a channel."""


def _store() -> Store:
    return Store(load(ReportSettings).devices_table)


def _tables() -> Tables:
    settings = load(ReportSettings)
    return Tables(rejects=settings.devices_table, directory=settings.directory_table)


handler = reports_worker(ROUTES, _tables)
