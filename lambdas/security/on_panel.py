"""What a controller's panel says: its journal, by which a home is guarded (AL-01)."""

from iot.kinds import GROUP_OF
from iot.messages.controller import ControllerReport
from iot.topics import Channel
from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.shared.aws.device_reports import Report, Routes, Tables, reports_worker
from lambdas.shared.reports import MalformedMessage
from lambdas.shared.settings import load


def take_panel(report: Report) -> None:
    """Take a report of a controller."""
    thing = report.device.thing
    if GROUP_OF[report.device.kind] != "controller":
        raise MalformedMessage("not-a-controller", report.device.kind, thing)
    said = report.parse(ControllerReport)
    PanelService(load(SecuritySettings)).take(thing, report.device.home, said, report.received_at)


ROUTES: Routes = {Channel.PANEL: take_panel}
"""Who takes what devices say on a channel."""


def _tables() -> Tables:
    settings = load(SecuritySettings)
    return Tables(rejects=settings.security_table, directory=settings.directory_table)


handler = reports_worker(ROUTES, _tables)
