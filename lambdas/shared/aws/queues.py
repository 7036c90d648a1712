"""Taking messages from a queue: a batch fails message by message, never whole.

A message that raises is delivered again and ends in the dead-letter queue. A message that can never
be taken (garbage) must be recorded by its handler instead of raised.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import Handler, logger, observed


class Later(Exception):
    """A message cannot be taken before another delivery is done with what it is about. It comes
    again, and nobody need be told."""


class NotSent(RuntimeError):
    """Some messages could not be put into the queue; the others are in it."""


AT_ONCE = 10
"""Messages that one request may carry."""


def worker(take: Callable[[SQSRecord], None]) -> Handler:
    """The handler that hands each message of a batch to ``take`` and answers which failed."""

    def logged(record: SQSRecord) -> None:
        try:
            take(record)
        except Later as later:
            logger.info("not yet", extra={"message_id": record.message_id, "why": str(later)})
            raise
        except Exception:
            logger.exception("not taken", extra={"message_id": record.message_id})
            raise

    @observed
    def handler(event: dict[str, Any], context: Any) -> Any:
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(
            event=event, record_handler=logged, processor=processor, context=context
        )

    return handler


def sent_at(record: SQSRecord) -> datetime:
    """When the message was put into the queue."""
    return datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)


def received_at(record: SQSRecord) -> datetime:
    """When the message was taken from the queue first: after its delay, unlike ``sent_at``."""
    taken = int(record.attributes.approximate_first_receive_timestamp)
    return datetime.fromtimestamp(taken / 1000, UTC)


def send_all(queue: str, bodies: Iterable[str]) -> int:
    """Put messages into the queue of this URL; how many. NotSent, at the end, names those that the
    service did not take."""
    found, failed = list(bodies), list[str]()
    for first in range(0, len(found), AT_ONCE):
        some = found[first : first + AT_ONCE]
        answer = client("sqs").send_message_batch(
            QueueUrl=queue,
            Entries=[{"Id": str(number), "MessageBody": one} for number, one in enumerate(some)],
        )
        failed += [some[int(one["Id"])] for one in answer.get("Failed", [])]
    if failed:
        raise NotSent(", ".join(failed))
    return len(found)
