"""The queue of what is left to be done of notices."""

from datetime import timedelta

from lambdas.notify.followups import LONGEST, Followup
from lambdas.shared.aws.clients import client


def later(queue: str, followup: Followup, after: timedelta) -> None:
    """Have something done after a while; after a quarter of an hour where it is more, to be put
    back then by whoever takes it."""
    client("sqs").send_message(
        QueueUrl=queue,
        MessageBody=followup.model_dump_json(),
        DelaySeconds=max(0, int(min(after, LONGEST).total_seconds())),
    )
