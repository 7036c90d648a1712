"""The record of what could not be taken: clear, short, and gone after a month."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.shared.aws.clients import table
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.aws.queues import sent_at
from lambdas.shared.reports import MalformedMessage

KEPT = timedelta(days=30)


def record(
    table_name: str,
    *,
    id: str,
    thing: str,
    at: datetime,
    reason: str,
    detail: str,
    head: bytes = b"",
) -> None:
    """Write down that something from ``thing`` was refused.

    The same ``id`` again (a repeated delivery) changes nothing. ``head`` is cut to 512 bytes.
    """
    table(table_name).put_item(
        Item={
            "pk": f"REJECTED#{at:%Y-%m-%d}",
            "sk": id,
            "thing": thing,
            "at": at.isoformat(),
            "reason": reason,
            "detail": detail,
            "head": base64.b64encode(head[:512]).decode(),
            "expires": int((at + KEPT).timestamp()),
        }
    )
    metrics.add_metric(name="Rejected", unit="Count", value=1)
    logger.warning("rejected", extra={"thing": thing, "reason": reason, "detail": detail})


@contextmanager
def record_rejects(table_name: str, message: SQSRecord) -> Iterator[None]:
    """Garbage raised inside ends as a record: trying the message again could not help."""
    try:
        yield
    except MalformedMessage as garbage:
        record(
            table_name,
            id=message.message_id,
            thing=garbage.thing,
            at=sent_at(message),
            reason=garbage.reason,
            detail=garbage.detail,
            head=message.body.encode(),
        )
