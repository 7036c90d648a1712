"""What waits in dead-letter queues is given back by one command, and nothing of it is lost."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.shared.aws.clients import client
from tests.integration.conftest import Cloud
from tools import redrive


class Account:
    """Queues, a function and what was asked of them; AWS's part of moving is written down."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.asked: list[tuple[str, Any]] = []
        self.functions: list[dict[str, Any]] = []

    def queue(self, name: str, *, letters_of: str = "", bodies: tuple[str, ...] = ()) -> str:
        sqs = client("sqs")
        url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
        arn = self.arn(url)
        if letters_of:
            policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
            sqs.create_queue(QueueName=letters_of, Attributes={"RedrivePolicy": policy})
        for body in bodies:
            sqs.send_message(QueueUrl=url, MessageBody=body)
        return url

    @staticmethod
    def arn(url: str) -> str:
        told = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(told["Attributes"]["QueueArn"])

    @staticmethod
    def left(url: str) -> int:
        told = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def client(self, service: str) -> Any:
        """Clients whose calls of functions and workflows are written down, not made."""
        made, account = client(service), self
        pages = SimpleNamespace(paginate=lambda: [{"Functions": account.functions}])

        class Noted:
            def __getattr__(self, name: str) -> Any:
                if (service, name) == ("lambda", "get_paginator"):
                    return lambda _: pages  # moto does not tell where failures go
                if name in ("invoke", "start_execution", "start_message_move_task"):
                    return lambda **asked: account.asked.append((name, asked))
                return getattr(made, name)

        return Noted()


@pytest.fixture
def account(cloud: Cloud) -> Account:
    return Account(cloud)


def test_messages_of_a_queue_are_moved_by_sqs(account: Account) -> None:
    url = account.queue("FramesDeadLetters", letters_of="Frames", bodies=("a", "b"))
    (letters,) = redrive.Redrive(account.client).waiting()
    assert (letters.name, letters.count) == ("FramesDeadLetters", 2)
    assert redrive.Redrive(account.client).give_back(letters) == "being moved back"
    assert account.asked == [("start_message_move_task", {"SourceArn": account.arn(url)})]


def test_calls_of_a_schedule_are_made_again(account: Account) -> None:
    url = account.queue("ScheduleDeadLetters")
    for target in ("arn:aws:lambda:x:1:function:F", "arn:aws:states:x:1:stateMachine:M"):
        client("sqs").send_message(
            QueueUrl=url,
            MessageBody='{"at": "2026-12-01T00:00:00Z"}',
            MessageAttributes={"TARGET_ARN": {"DataType": "String", "StringValue": target}},
        )
    (letters,) = redrive.Redrive(account.client).waiting("Schedule")
    assert redrive.Redrive(account.client).give_back(letters) == "2 given back"
    assert sorted(name for name, _ in account.asked) == ["invoke", "start_execution"]
    assert account.left(url) == 0


def test_events_of_a_function_are_given_to_it_again(account: Account) -> None:
    url = account.queue("OnUploadDeadLetters", bodies=('{"n": 1}',))
    account.functions = [
        {"FunctionArn": "arn:of-another"},
        {"FunctionArn": "arn:on-upload", "DeadLetterConfig": {"TargetArn": account.arn(url)}},
    ]
    (letters,) = redrive.Redrive(account.client).waiting()
    assert redrive.Redrive(account.client).give_back(letters) == "1 given back"
    ((name, asked),) = account.asked
    assert name == "invoke"
    assert asked == {
        "FunctionName": "arn:on-upload",
        "InvocationType": "Event",
        "Payload": b'{"n": 1}',
    }


def test_what_nobody_knows_the_owner_of_stays(account: Account) -> None:
    url = account.queue("LostDeadLetters", bodies=("x",))
    (letters,) = redrive.Redrive(account.client).waiting()
    assert "not given back" in redrive.Redrive(account.client).give_back(letters)
    told = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(told["ApproximateNumberOfMessagesNotVisible"]) == 1


def test_a_refusal_of_aws_is_said_and_the_others_are_given_back(account: Account) -> None:
    account.queue("FramesDeadLetters", letters_of="Frames", bodies=("a",))

    def refuses(service: str) -> Any:
        made = account.client(service)

        class Refusing:
            def __getattr__(self, name: str) -> Any:
                if name == "start_message_move_task":
                    raise ClientError(
                        {"Error": {"Code": "x", "Message": "being moved already"}}, name
                    )
                return getattr(made, name)

        return Refusing()

    again = redrive.Redrive(refuses)
    assert "being moved already" in again.give_back(again.waiting()[0])


def test_the_command_says_what_waits(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = redrive.Redrive
    monkeypatch.setattr(redrive, "Redrive", lambda: made(account.client))
    assert redrive.main(["--look"]) == 0
    assert capsys.readouterr().out == "nothing waits in a dead-letter queue\n"
    account.queue("FramesDeadLetters", letters_of="Frames", bodies=("a",))
    assert redrive.main(["--look"]) == 0
    assert capsys.readouterr().out == "FramesDeadLetters: 1; waiting\n"
    assert account.asked == []
