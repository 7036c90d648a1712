"""The clock of tasks that no workflow waits for: a message that is delivered when a task is due.

A queue delays a message by a quarter of an hour at most; a task that is due later is put into it
again by whoever takes it too early (``case_service.py``). Nothing need be deleted: a message whose
task is done, or due at another moment by now, changes nothing.
"""

import math
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.dispatch.casework.task import Task
from lambdas.shared.aws.clients import client

LONGEST = timedelta(minutes=15)
"""What SQS delays a message by at most."""


class Due(BaseModel):
    """A task's time is up, or will be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    due: AwareDatetime


class ClockGateway:
    """The queue of what falls due; ``queue`` is its URL."""

    def __init__(self, queue: str) -> None:
        self._queue = queue

    def set(self, task: Task, now: datetime) -> None:
        """Have it said when this task is due, or in a quarter of an hour if that is earlier."""
        left = min(LONGEST, max(timedelta(), task.due - now))
        client("sqs").send_message(
            QueueUrl=self._queue,
            MessageBody=Due(task=task.id, due=task.due).model_dump_json(),
            DelaySeconds=math.ceil(left.total_seconds()),
        )
