"""Give back what waits in dead-letter queues: `python -m tools.redrive [PART OF A NAME …]`.

Of every dead-letter queue (or of those whose names contain a part): messages that came from a queue
are moved back to it by SQS; events of a function that was called without waiting are given to it
again; calls of a schedule are made again. All handlers take a thing twice without harm, and nothing
is deleted before it was given back. Mend first what made it fail (docs/operations.md). ``--look``
only counts.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

MARK = "DeadLetters"
"""In the names of these queues, which the stacks give."""


@dataclass
class Letters:
    """A dead-letter queue with something in it."""

    name: str
    url: str
    arn: str
    count: int


@dataclass
class Redrive:
    """Looks at the queues of an account, and gives back; ``client`` makes boto3's clients."""

    client: Callable[[str], Any] = field(default=boto3.client)

    def waiting(self, *parts: str) -> list[Letters]:
        """The dead-letter queues with messages, of those with one of these parts in their names."""
        return [
            Letters(name, url, told["QueueArn"], count)
            for url, told in self._queues.items()
            if MARK in (name := url.rpartition("/")[2])
            if not parts or any(part in name for part in parts)
            if (count := int(told["ApproximateNumberOfMessages"]))
        ]

    def give_back(self, letters: Letters) -> str:
        """Give back what is in it; what was done, for people. What cannot be stays there."""
        try:
            if any(letters.arn in told.get("RedrivePolicy", "") for told in self._queues.values()):
                self.client("sqs").start_message_move_task(SourceArn=letters.arn)
                return "being moved back"
            return f"{sum(self._call_again(letters))} given back"
        except (ClientError, LookupError) as error:
            return f"not given back: {error}"

    @cached_property
    def _queues(self) -> dict[str, dict[str, str]]:
        """Attributes of every queue by its URL."""
        sqs = self.client("sqs")
        return {
            url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for page in sqs.get_paginator("list_queues").paginate()
            for url in page.get("QueueUrls", ())
        }

    def _call_again(self, letters: Letters) -> Iterator[int]:
        """One for each call that was made again. LookupError: nobody knows whose they are."""
        sqs = self.client("sqs")
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        while found := sqs.receive_message(QueueUrl=letters.url, **asked).get("Messages"):
            for one in found:
                told = one.get("MessageAttributes", {}).get("TARGET_ARN")  # of a schedule
                self._call(
                    told["StringValue"] if told else self._function(letters.arn), one["Body"]
                )
                sqs.delete_message(QueueUrl=letters.url, ReceiptHandle=one["ReceiptHandle"])
                yield 1

    def _call(self, target: str, body: str) -> None:
        if ":states:" in target:
            self.client("stepfunctions").start_execution(stateMachineArn=target, input=body)
        else:
            self.client("lambda").invoke(
                FunctionName=target, InvocationType="Event", Payload=body.encode()
            )

    def _function(self, arn: str) -> str:
        """The function whose failures go to this queue."""
        for page in self.client("lambda").get_paginator("list_functions").paginate():
            for one in page["Functions"]:
                if one.get("DeadLetterConfig", {}).get("TargetArn") == arn:
                    return str(one["FunctionArn"])
        raise LookupError("no function names this queue")


def main(argv: Sequence[str] | None = None) -> int:
    """Print what is given back."""
    parser = argparse.ArgumentParser(prog="python -m tools.redrive", description=__doc__)
    parser.add_argument("parts", nargs="*", help="parts of the names of queues; none: all")
    parser.add_argument("--look", action="store_true", help="count only")
    asked = parser.parse_args(argv)
    redrive = Redrive()
    found = redrive.waiting(*asked.parts)
    lines = [
        f"{one.name}: {one.count}; {'waiting' if asked.look else redrive.give_back(one)}"
        for one in found
    ]
    sys.stdout.write("\n".join(lines or ["nothing waits in a dead-letter queue"]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
