"""What cameras say about themselves: health, and what became of commands."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.messages import CommandResult, StatusReport
from iot.topics import Channel
from lambdas.devices.store import Store
from lambdas.shared.aws import queues, rejects
from lambdas.shared.aws.directory import Directory
from lambdas.shared.reports import MalformedMessage, not_from_the_future, open_envelope, understand
from lambdas.shared.settings import Settings, load


class ReportSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


def take(record: SQSRecord) -> None:
    """Take one message; garbage is written down, not tried again."""
    settings = load(ReportSettings)
    with rejects.record_rejects(settings.devices_table, record):
        opened = open_envelope(record.body)
        device = Directory(settings.directory_table).device(opened.thing)
        if device is None:
            raise MalformedMessage("unknown-device", opened.channel, opened.thing)
        store = Store(settings.devices_table)
        if opened.channel is Channel.STATUS:
            status = understand(StatusReport, opened)
            not_from_the_future(status.at, opened)
            store.report(device.home, opened.thing, status)
        elif opened.channel is Channel.COMMAND_RESULT:
            store.finish(opened.thing, understand(CommandResult, opened))
        else:
            raise MalformedMessage("wrong-channel", opened.channel, opened.thing)


handler = queues.worker(take)
