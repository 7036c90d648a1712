"""The services a function talks to, in this process (moto), with a household in the directory."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import botocore.client
import pytest
import stripe
import time_machine
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from pydantic import TypeAdapter

from iot.kinds import Kind
from iot.messages.camera import CameraState, Command, Mode, Response, UploadGrant
from iot.messages.live import LiveRequest
from lambdas.devices.model import Device as Registered
from lambdas.devices.store import Store as Devices
from lambdas.shared import personal_data, settings
from lambdas.shared.aws import clients
from lambdas.shared.aws.directory import Directory
from lambdas.shared.events import EVENTS, Event
from lambdas.shared.household import Contract, Device, Feature, Home, Member
from local import quick_moto
from tests.integration.samples import DAY, NOON, Sample, batch, request

TABLES = (
    *("devices", "directory", "detect", "readings", "notices", "billing", "dispatch"),
    *("security", "homes", "news"),
)
PICTURES, BUS, SENDER, WEB = (
    "pictures",
    "mimamori",
    "mimamori@mimamori.example",
    "https://mimamori.example",
)

DISCLOSURES = "disclosures"
ACCESS_LOG = "access-log"

CENTRE = "centre@mimamori.example"
APP_STORE = "/mimamori/billing/app-store"

HOME, OTHER_HOME = "home-sakura", "home-next-door"
HANAKO, TARO, STRANGER = "person-hanako", "person-taro", "person-stranger"

SPY = "spy"
"""A queue that hears everything on the bus."""

_COPIED: tuple[Any, ...] = ("dynamodb", "events", "s3", "ses", "sesv2")
"""Services that hold something before a test begins (a queue, which has locks, is made anew)."""

CDK = Path(__file__).parents[2] / "cdk.json"

FOLLOWUPS = "https://sqs.ap-northeast-1.amazonaws.com/123456789012/followups"

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_TRACE_DISABLED": "1",
    **{f"{name.upper()}_TABLE": name for name in TABLES},
    "PICTURES_BUCKET": PICTURES,
    "DISCLOSURES_BUCKET": DISCLOSURES,
    "RECORDS_BUCKET": ACCESS_LOG,
    "STATISTICS_BUCKET": "statistics",
    "CLAIMS_BUCKET": "claims",
    "EVENT_BUS": BUS,
    "SENDER": SENDER,
    "CONFIGURATION_SET": "mails",
    "WEB_URL": WEB,
    "APP_STORE_PARAMETER": APP_STORE,
    "STAFF": json.dumps({"billing": "keiri@mimamori.example", "dispatch": CENTRE}),
    "CALL_CENTRE": "0120-000-001",
    "CALL_CENTRE_HOURS": json.dumps({"ja": "毎日24時間", "en": "around the clock"}),
    "PUSH_PARAMETER": "/mimamori/notify/push",
    "PUSH_KEY_PARAMETER": "/mimamori/notify/push-public-key",
    "FOLLOWUP_QUEUE": FOLLOWUPS,
    "PARTNER_TERMS": "2026-04",
    "MACHINES": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:",
    "DUE_QUEUE": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/due",
    "LOOK_QUEUE": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/looks",
    "SILENT_QUEUE": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/silent",
    "APP_CLIENT": "the-app",
    "USER_POOL": "ap-northeast-1_pool",
    "CONNECT_INSTANCE": "arn:aws:connect:ap-northeast-1:123456789012:instance/mimamori",
    "CONNECT_FLOW": "flow",
    "CONNECT_NUMBER": "+81312345678",
    "RUN_MACHINE": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:run",
    "HOUSE": json.dumps(json.loads(CDK.read_text(encoding="utf-8"))["context"]["billing_house"]),
}


class Mail(NamedTuple):
    """A mail that was sent."""

    to: str
    subject: str
    text: str
    html: str


class Answer(NamedTuple):
    """An answer of the HTTP API."""

    status: int
    body: Any
    headers: Mapping[str, str]
    base64: bool


class Context:
    """What a function is told of its invocation."""

    function_name = "test"
    function_version = "1"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:test"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@dataclass
class _Failure:
    operation: str
    times: int
    code: str
    on: Callable[[Mapping[str, Any]], bool]
    details: Mapping[str, Any]


@dataclass
class Cloud:
    """The services, what was asked of them, and ways to make them fail."""

    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    _failures: list[_Failure] = field(default_factory=list)
    _unread: list[Sample] = field(default_factory=list)
    _others: list[tuple[str, Callable[[], object]]] = field(default_factory=list)

    # What happened

    def asked(self, operation: str) -> list[Mapping[str, Any]]:
        """The calls of an operation that the service carried out."""
        return [params for name, params in self.calls if name == operation]

    @property
    def mails(self) -> list[Mail]:
        """The mails sent so far."""
        sent = []
        for call in self.asked("SendEmail"):
            assert call["FromEmailAddress"] == SENDER
            (to,) = call["Destination"]["ToAddresses"]
            simple = call["Content"]["Simple"]
            body = simple["Body"]
            sent.append(
                Mail(to, simple["Subject"]["Data"], body["Text"]["Data"], body["Html"]["Data"])
            )
        return sent

    def told(self, thing: str) -> list[Command | LiveRequest | UploadGrant]:
        """What a device was told over MQTT."""
        kinds: dict[str, TypeAdapter[Any]] = {
            f"mimamori/{thing}/commands": TypeAdapter(Command | LiveRequest),
            f"mimamori/{thing}/uploads/granted": TypeAdapter(UploadGrant),
        }
        return [
            kinds[call["topic"]].validate_json(call["payload"])
            for call in self.asked("Publish")
            if call["topic"] in kinds
        ]

    def desired(self, thing: str) -> CameraState | None:
        """What a device's shadow asks of it."""
        asked = [c for c in self.asked("UpdateThingShadow") if c["thingName"] == thing]
        if not asked:
            return None
        return CameraState.model_validate(json.loads(asked[-1]["payload"])["state"]["desired"])

    def heard(self, *kinds: type[Event]) -> list[Sample]:
        """What the bus passed on since the last look, as it stands in queues; of all kinds or of
        these."""
        sqs = clients.client("sqs")
        url = sqs.get_queue_url(QueueName=SPY)["QueueUrl"]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            self._unread += [json.loads(message["Body"]) for message in messages]
            taken = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ]
            sqs.delete_message_batch(QueueUrl=url, Entries=taken)  # or it comes again in a while
        names = [kind.detail_type() for kind in kinds or EVENTS.values()]
        found = [one for one in self._unread if one["detail-type"] in names]
        self._unread = [one for one in self._unread if one not in found]
        return found

    def published(self) -> list[Event]:
        """The events published since the last look."""
        return [EVENTS[one["detail-type"]].model_validate(one["detail"]) for one in self.heard()]

    def rows(self, table: str, pk: str = "") -> list[Sample]:
        """What a table holds, all of it or what begins so."""
        items = clients.table(table).scan()["Items"]
        return [item for item in items if item["pk"].startswith(pk)]

    def rejected(self, table: str) -> list[tuple[str, str]]:
        """Whose messages or pictures were refused, and why."""
        return [(row["thing"], row["reason"]) for row in self.rows(table, "REJECTED#")]

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """What the pictures bucket holds."""
        s3 = clients.client("s3")
        page = s3.list_objects_v2(Bucket=PICTURES, Prefix=prefix)
        return {
            one["Key"]: s3.get_object(Bucket=PICTURES, Key=one["Key"])["Body"].read()
            for one in page.get("Contents", [])
        }

    def upload(self, key: str, data: bytes) -> None:
        """Store an object as a device does."""
        clients.client("s3").put_object(Bucket=PICTURES, Key=key, Body=data)

    # What goes wrong

    def fail(
        self,
        operation: str,
        *,
        times: int = 1,
        code: str = "ThrottlingException",
        on: Callable[[Mapping[str, Any]], bool] = lambda _: True,
        **details: Any,
    ) -> None:
        """Let the next calls of an operation fail."""
        self._failures.append(_Failure(operation, times, code, on, details))

    def meanwhile(self, operation: str, act: Callable[[], object]) -> None:
        """Let somebody else act just before the next call of an operation."""
        self._others.append((operation, act))

    def call(self, original: Any, client: Any, operation: str, params: Mapping[str, Any]) -> Any:
        """Stands between functions and services."""
        for other in [one for one in self._others if one[0] == operation]:
            self._others.remove(other)
            other[1]()
        for failure in self._failures:
            if failure.operation == operation and failure.times and failure.on(params):
                failure.times -= 1
                error = client.exceptions.from_code(failure.code) or ClientError
                answer = {"Error": {"Code": failure.code, "Message": "!"}, **failure.details}
                raise error(answer, operation)
        # AWS keeps shadows also of things it does not know yet; moto refuses them.
        answer = {} if operation == "UpdateThingShadow" else original(client, operation, params)
        self.calls.append((operation, params))
        return answer

    # Whom it serves

    @property
    def directory(self) -> Directory:
        """The directory."""
        return Directory("directory")

    def contract(self, *features: Feature, cameras: int = 3, **changes: Any) -> Contract:
        """A contract in force for a month."""
        starts = NOON - timedelta(days=30)
        return Contract(
            **{
                "id": "contract-1",
                "product": "anshin_partner",
                "features": frozenset(features),
                "limits": {"camera": cameras},
                "starts": starts,
                **changes,
            }
        )

    def household(self, *contracts: Contract, name: str = "さくら台の家") -> Home:
        """The home in the directory has these contracts."""
        home = Home(
            id=HOME,
            name=name,
            members=(
                Member(person=HANAKO, role="contractor", name="花子", email="hanako@f.example"),
                Member(person=TARO, role="watcher", name="太郎", email="taro@f.example"),
            ),
            contracts=contracts,
        )
        self.directory.publish_home(home)
        return home

    def camera(
        self,
        thing: str = "cam-living",
        *,
        kind: Kind = "smart-camera",
        mode: Mode = "guard",
        response: Response = "none",
        home: str = HOME,
        name: str = "居間",
    ) -> Device:
        """A camera that was set up, as the functions would have left it."""
        camera = Registered(
            thing=thing,
            home=home,
            name=name,
            kind=kind,
            camera=CameraState(mode=mode, response=response),
            registered_at=NOON - DAY,
            registered_by=HANAKO,
        )
        store = Devices("devices")
        store.register(camera, f"CODE-{thing}", limit=100)
        active = store.change(camera, serial=f"serial-{thing}")
        self.directory.publish_device(active.published())
        return active.published()


def pytest_configure(config: pytest.Config) -> None:
    """Most invocations count nothing; Powertools need not say so."""
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish")


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    """Where the functions are: the same for all tests, so that clients are made once."""
    quick_moto.install()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)  # between tries
        caches = (settings.load, clients.client, clients.table)
        for one in caches:
            one.cache_clear()
        yield
        for one in caches:
            one.cache_clear()


@pytest.fixture(scope="session")
def _beginning(_environment: None) -> dict[tuple[str, str], dict[str, Any]]:
    """What the services hold before a test, by service and place. Made once: asking for it call by
    call takes longer than most tests."""
    with mock_aws():
        _create()
        made = Cloud()
        made.household(made.contract("room-watch", "photo-collection"))
        other = Member(person=STRANGER, role="contractor", name="次郎", email="jiro@n.example")
        made.directory.publish_home(
            Home(
                id=OTHER_HOME,
                name="となりの家",
                members=(other,),
                contracts=(made.contract("room-watch", id="contract-2"),),
            )
        )
        return {
            (service, place): deepcopy(vars(backend))
            for service in _COPIED
            for place, backend in get_backend(service)[DEFAULT_ACCOUNT_ID].items()
        }


@pytest.fixture
def cloud(
    _beginning: dict[tuple[str, str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cloud]:
    """Services with nothing in them but a household with every feature, and another next door."""
    with mock_aws():
        settings.load.cache_clear()
        for (service, place), held in _beginning.items():
            vars(get_backend(service)[DEFAULT_ACCOUNT_ID][place]).update(deepcopy(held))
        clients.client("sqs").create_queue(QueueName=SPY)
        made = Cloud()
        original = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

        def call(client: Any, operation: str, params: Mapping[str, Any]) -> Any:
            return made.call(original, client, operation, params)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        yield made
        assert not _of_unknown_kinds(), (
            "say in personal_data.yaml whose these are, and how long kept"
        )


KEPT_BY = {"directory": "homes", "readings": "ingest", "notices": "notify"}
"""The contexts whose tables have other names."""


def _of_unknown_kinds() -> set[tuple[str, str, str]]:
    """The rows that no table of kinds of records knows: table and key."""
    found = set()
    for table in get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["ap-northeast-1"].tables.values():
        if table.name not in TABLES or table.name == "homes":
            continue
        kinds = _kinds(KEPT_BY.get(table.name, table.name))
        for row in table.all_items():
            pk, sk = row.attrs["pk"].value, row.attrs["sk"].value
            if kinds.kind_of(pk, sk) is None:
                found.add((table.name, pk, sk))
    return found


@cache
def _kinds(context: str) -> personal_data.Table:
    return personal_data.read(CDK.parent / "lambdas" / context / "personal_data.yaml")


def _create() -> None:
    """Tables, bucket, bus, and a verified sender."""
    dynamodb = clients.client("dynamodb")
    for name in TABLES:
        dynamodb.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    region = boto3.Session().region_name
    for bucket in (PICTURES, DISCLOSURES, "claims"):
        clients.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region}
        )
    sqs, events = clients.client("sqs"), clients.client("events")
    url = sqs.create_queue(QueueName=SPY)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.create_event_bus(Name=BUS)
    pattern = json.dumps({"source": [{"prefix": "mimamori."}]})
    events.put_rule(Name="all", EventBusName=BUS, EventPattern=pattern)
    events.put_targets(
        Rule="all", EventBusName=BUS, Targets=[{"Id": "spy", "Arn": arn["QueueArn"]}]
    )
    clients.client("sesv2").create_email_identity(EmailIdentity=SENDER)


Take = Callable[..., list[str]]


@pytest.fixture
def take(cloud: Cloud) -> Take:
    """Hand a batch of bodies to a worker; the messages that it could not take."""

    def hand(handler: Callable[[Sample, Any], Any], *bodies: object, **more: Any) -> list[str]:
        answer = handler(batch(*bodies, **more), Context())
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    return hand


Ask = Callable[..., Answer]


@pytest.fixture
def ask(cloud: Cloud) -> Ask:
    """Send a request to an API's handler; its answer. Without a name it is Hanako who asks."""

    def send(handler: Callable[[Sample, Any], Any], method: str, path: str, **more: Any) -> Answer:
        more.setdefault("person", HANAKO)
        answer = handler(request(method, path, **more), Context())
        headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        body = answer.get("body")
        if body and "json" in headers.get("content-type", ""):
            body = json.loads(body)
        return Answer(answer["statusCode"], body, headers, answer.get("isBase64Encoded", False))

    return send


@pytest.fixture
def office(cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Billing's office (tests/integration/office.py), with time enough for its runs."""
    from tests.integration.office import Office  # which is made of what is above

    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 300_000)
    return Office(cloud, ask)


@pytest.fixture
def centre(cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The call centre with its workflows (tests/integration/centre.py), its clock standing still
    at 10:00 of 1 December 2026 in Japan."""
    from tests.integration.centre import opened  # which is made of what is above
    from tests.integration.interpreter import definitions

    machines = definitions()
    ten = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    with (
        time_machine.travel(ten, tick=False) as clock,
        opened(cloud, ask, clock, machines, monkeypatch) as made,
    ):
        yield made
