"""The clock: a message that is delivered when a controller or a call is to be looked at again.

It may come early, late or twice: whoever takes it looks at what is so then.
"""

import math
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lambdas.shared.aws.clients import client

LONGEST = timedelta(minutes=15)
"""What SQS delays a message by at most."""


class Look(BaseModel):
    """Something is to be looked at again: a controller by its thing, calls by their home and id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["panel", "call"]
    id: str
    home: str = ""


class ClockGateway:
    """The queue of what is looked at again; ``queue`` is its URL."""

    def __init__(self, queue: str) -> None:
        self._queue = queue

    def set(self, look: Look, at: datetime, now: datetime) -> None:
        """Have it looked at ``at``, or in a quarter of an hour if that is earlier."""
        left = min(LONGEST, max(timedelta(), at - now))
        client("sqs").send_message(
            QueueUrl=self._queue,
            MessageBody=look.model_dump_json(),
            DelaySeconds=math.ceil(left.total_seconds()),
        )
