"""Workers for what devices report: channel → who takes it.

A context names its channels in a table of routes; the stack reads from the same table which topic
rules lead to the worker's queue.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.topics import Channel
from lambdas.shared import reports
from lambdas.shared.aws import queues, rejects
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import Handler
from lambdas.shared.household import Device
from lambdas.shared.reports import M, MalformedMessage, Opened


class Report(NamedTuple):
    """A message of a device that is known, before its content is parsed."""

    device: Device
    opened: Opened

    @property
    def received_at(self) -> datetime:
        """When the message reached the cloud."""
        return self.opened.received_at

    def parse(self, kind: type[M]) -> M:
        """The message in it. Raises MalformedMessage when it is none of this kind."""
        return reports.understand(kind, self.opened)

    def not_from_the_future(self, at: datetime) -> datetime:
        """``at`` itself. Raises MalformedMessage when it lies ahead of the arrival."""
        return reports.not_from_the_future(at, self.opened)


Routes = Mapping[Channel, Callable[[Report], None]]


class Tables(NamedTuple):
    """Names of tables: where refused messages are recorded, and the directory."""

    rejects: str
    directory: str


def reports_worker(routes: Routes, tables: Callable[[], Tables]) -> Handler:
    """The handler of a queue of devices' messages.

    A message that can never be taken (garbage, an unknown device, a channel that is not in
    ``routes``) is recorded and not tried again; whatever else is raised is.
    """

    def take(record: SQSRecord) -> None:
        named = tables()
        with rejects.record_rejects(named.rejects, record):
            opened = reports.open_envelope(record.body)
            device = Directory(named.directory).device(opened.thing)
            if device is None:
                raise MalformedMessage("unknown-device", opened.channel, opened.thing)
            if opened.channel not in routes:
                raise MalformedMessage("wrong-channel", opened.channel, opened.thing)
            routes[opened.channel](Report(device, opened))

    return queues.worker(take)
