"""A call centre in this process: its routes, its workflows, its clock, three responders.

Everything is done as people do it, by API calls and by letting time pass.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.config import default_user_config
from moto.sqs.models import sqs_backends

from lambdas.dispatch import api, on_due, on_step, on_task, staff_api, task_api
from lambdas.dispatch.assignment.responder import Responder
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.audit_service import AuditService
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared import settings
from lambdas.shared.aws.clients import client
from lambdas.shared.events import EVENTS, Notice, PartnerRegistered
from tests.dispatch import facts as f
from tests.integration.conftest import CDK, HANAKO, HOME, Answer, Ask, Cloud, Context
from tests.integration.interpreter import REGION, Definition, Interpreter
from tests.integration.samples import batch
from tests.notices import checked

CONSENT, HOME_CHECK = "mimamori-consent", "mimamori-home-check"
OPERATOR, OTHER_OPERATOR, LEADER = "person-sato", "person-suzuki", "person-chief"
KENJI, YUI, AOI = "person-kenji", "person-yui", "person-aoi"
GROUPS = {
    OPERATOR: "[operator]",
    OTHER_OPERATOR: "[operator]",
    LEADER: "[admin]",
    **dict.fromkeys((KENJI, YUI, AOI), "[responder]"),
}
MOTHER = {
    "name": "見守 梅子",
    "relation": "parent",
    "phone": "03-0000-0001",
    "address": "東京都千代田区丸の内1-1",
    "place": {"latitude": 35.681, "longitude": 139.767},
}
NEAR, FARTHER, FAR = (
    Place(latitude=35.690, longitude=139.770),
    Place(latitude=35.720, longitude=139.770),
    Place(latitude=35.760, longitude=139.770),
)
CALLER = {"name": "見守 花子", "relation": "self", "number": "090-0000-0001"}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and a signature").decode()
JPEG = base64.b64encode(b"\xff\xd8\xff and a door").decode()
SEEN = {"intercom": "ok", "meter": "ok", "lights": "ng", "mailbox": "unclear"}
AT_HOME = {
    "outcome": "reported",
    "report": {**SEEN, "at_home": True, "explained": True, "signed": True, "copy_given": True},
    "signature_png": PNG,
    "photo_jpeg": JPEG,
}
ABSENT = {"outcome": "reported", "report": {**SEEN, "at_home": False, "memo_left": True}}


def jst(text: str) -> datetime:
    """A moment in Japan: ``2026-12-03T11:20``."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC)


class Centre:
    """Who works there, and everybody who has to do with it."""

    def __init__(self, cloud: Cloud, ask: Ask, flow: Interpreter, due: "DueQueue") -> None:
        self.cloud, self.flow, self.due = cloud, flow, due
        self._ask = ask
        self.mails: list[Notice] = []
        self.pushes: list[Notice] = []  # to those who are sent
        self.registered: list[PartnerRegistered] = []
        self._read = 0

    # -- who is there

    @property
    def service(self) -> DispatchService:
        """Dispatch itself, to look at things."""
        return DispatchService(settings.load(DispatchSettings))

    @property
    def responders(self) -> ResponderStore:
        """Those who go."""
        return ResponderStore("dispatch", GreatCircle())

    def on_duty(self, *who: str) -> None:
        """These are on duty, the first named nearest to the home."""
        for one, place in zip(who, (NEAR, FARTHER, FAR), strict=False):
            self.responders.register(
                Responder(
                    id=one,
                    name=one.removeprefix("person-"),
                    phone="090",
                    place=place,
                    seen_at=self.flow.now,
                    on_duty=True,
                )
            )

    def still_here(self) -> None:
        """The phones of those on duty say where they are, as they do every few minutes."""
        for one in self.responders.on_duty():
            self.responders.report(one.id, one.place, self.flow.now)

    def engaged(self) -> dict[str, str]:
        """Who is bound to which case."""
        return {one.id: one.engaged for one in self.responders.on_duty() if one.engaged}

    # -- what people do

    def ask(
        self, handler: Any, method: str, path: str, person: str, body: Any = None, **more: Any
    ) -> Answer:
        """A request, now; the workflows have gone on when it is answered."""
        who = {"person": person, "at": self.flow.now, "groups": GROUPS.get(person)}
        answer = self._ask(handler, method, path, body=body, **who, **more)
        self.flow.settle()
        return answer

    def register(self, replaces: bool = False, **target: Any) -> Answer:
        """Hanako registers her mother, or somebody else instead."""
        body = {
            "phone": "090-0000-0001",
            "address": "大阪市北区1-1",
            "target": {**MOTHER, **target},
            "terms": "2026-04",
        }
        method = "PUT" if replaces else "POST"
        return self.ask(api.handler, method, f"/homes/{HOME}/home-check", HANAKO, body)

    def home_check(self) -> Any:
        """What Hanako sees."""
        return self.ask(api.handler, "GET", f"/homes/{HOME}/home-check", HANAKO).body

    def consented(self, home: str = HOME, contract: str = "contract-1", **person: Any) -> str:
        """Registered, granted at the first call and closed, as it is stored then; its case."""
        now = self.flow.now
        said: dict[str, Any] = {"on": now, "by": HANAKO, "means": "app"}
        about = {"contract": contract, "home": home, "home_name": home, "terms": "2026-04"}
        contact = f.Contact(person=HANAKO, name="花子", email="h@f.example", phone="1", address="2")
        target = f.Target.model_validate({**MOTHER, **person})
        fact = f.Registered(**said, **about, contractor=contact, target=target)
        service = self.service
        case = service.consents.open(fact, instead_of=None)
        call = f.Called(**said, call=1, outcome="granted", number="03", recorded_at=now)
        closed = f.Closed(**said, rule="DL-11", result="granted")
        service.store.change(case, [call, closed], closed=True)
        return case.number

    def consented_by_phone(self) -> str:
        """Registered, and granted at the first call, as people do it; the case of the consent."""
        assert self.register().status == 200
        case = self.last()
        assert self.answer(f"{case}.first_call-1", outcome="granted", number="03").status == 200
        return case

    def request(self, person: str = OPERATOR, **wanted: Any) -> Answer:
        """Somebody phones and asks for a home check."""
        body = {"home": HOME, "caller": CALLER, **wanted}
        return self.ask(staff_api.handler, "POST", "/dispatch/cases", person, body)

    def requested(self, **wanted: Any) -> str:
        """A home check was asked for: the number of its case."""
        answer = self.request(**wanted)
        assert answer.status == 200, answer.body
        return str(answer.body["case"])

    def answer(self, task: str, person: str = OPERATOR, **said: Any) -> Answer:
        """Somebody did a task."""
        return self.ask(task_api.handler, "POST", f"/dispatch/tasks/{task}/answer", person, said)

    def did(self, task: str, person: str = OPERATOR, **said: Any) -> Any:
        """Somebody did a task, and it was taken."""
        answer = self.answer(task, person, **said)
        assert answer.status == 200, answer.body
        return answer.body

    def ask_task(self, task: str, person: str = OPERATOR) -> Any:
        """A task with what to say."""
        return self.ask(task_api.handler, "GET", f"/dispatch/tasks/{task}", person).body

    def post(self, path: str, person: str = OPERATOR, body: Any = None) -> Answer:
        """A route of the call centre's staff."""
        return self.ask(staff_api.handler, "POST", path, person, body)

    def stop(self, case: str) -> Answer:
        """The resident wants it to stop."""
        return self.post(f"/dispatch/cases/{case}/stop", body={"asked_by": "resident"})

    def cancel(self, case: str) -> Answer:
        """The contractor no longer wants it."""
        return self.post(f"/dispatch/cases/{case}/cancellation", body={"reason": "連絡がついた"})

    def arrive(self, case: str, person: str = KENJI, visit: int = 1) -> Answer:
        """The responder stands at the door."""
        path = f"/dispatch/tasks/{case}.visit-{visit}/arrived"
        return self.ask(task_api.handler, "POST", path, person)

    def audit(self) -> dict[str, int]:
        """The audit comes around."""
        service = AuditService(settings.load(DispatchSettings))
        for page in service.pages(self.flow.now):
            service.look(page)
        self.flow.settle()
        return dict(service.found)

    # -- how things stand

    def last(self) -> str:
        """The case that was opened last."""
        return max(self.service.store.open_cases(), key=lambda one: (one[1], one[0]))[0]

    def case(self, number: str) -> Case[Any]:
        """A case as it is stored."""
        return self.service.cases.case(number)

    def todo(self, number: str) -> list[str]:
        """What is to be done in a case."""
        return sorted(task.key for task in self.case(number).open_tasks)

    def events(self, number: str) -> list[str]:
        """What happened in a case, by kind."""
        return [fact.event for fact in self.case(number).facts]

    def told(self) -> list[str]:
        """The mails since the last look: kind of mail by its id's case, each id once (as notify
        takes them)."""
        calls = self.cloud.asked("PutEvents")
        entries = [entry for call in calls[self._read :] for entry in call["Entries"]]
        self._read = len(calls)
        said = [EVENTS[one["DetailType"]].model_validate_json(one["Detail"]) for one in entries]
        self.registered += [one for one in said if isinstance(one, PartnerRegistered)]
        heard = checked(one for one in said if isinstance(one, Notice))
        known = {one.id for one in self.mails}
        new = []
        self.pushes += [one for one in heard if one.audience.to == "phones"]
        for one in heard:
            if one.id not in known and one.audience.to != "phones":
                known.add(one.id)
                new.append(one)
        self.mails += new
        return [one.kind.removeprefix("home_check.") for one in new]

    def end_of(self, number: str) -> str:
        """The last state of the case's workflow; it has ended."""
        execution = self.case(number).execution
        end = self.flow.way(execution)[-1].then
        failed = end in self.case(number).process.flow.failures
        status = self.flow.status(execution)
        assert status == ("FAILED" if failed else "SUCCEEDED"), status
        return end


class DueQueue:
    """The queue of what falls due, which hands on what its delay is over for."""

    def __init__(self, handler: Any, name: str = "due") -> None:
        self._handler = handler
        self._queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[name]

    def next_due(self) -> datetime | None:
        """When the next message is delivered."""
        waits = [one.delayed_until or one.sent_timestamp for one in self._queue._messages]
        return datetime.fromtimestamp(min(waits) / 1000, UTC) if waits else None

    def fire(self) -> None:
        """Deliver what may be delivered; it is gone then."""
        first = min(self._queue._messages, key=lambda one: one.delayed_until or 0)
        self._queue._messages.remove(first)
        self.deliver(first.body)

    def deliver(self, body: str) -> None:
        """Deliver a message, now."""
        answer = self._handler(batch(body, at=datetime.now(UTC)), Context())
        assert answer == {"batchItemFailures": []}, answer

    def waits(self) -> list[str]:
        """The messages that wait."""
        return [one.body for one in self._queue._messages]


def _one_at_a_time(patch: pytest.MonkeyPatch) -> None:
    """DynamoDB's calls, of the workflows' threads and of the test's: moto undoes a transaction that
    fails by putting everything back as it was, also what another thread wrote meanwhile."""
    original, lock = BaseClient._make_api_call, RLock()

    def call(self: Any, operation: str, parameters: Any) -> Any:
        dynamodb = self.meta.service_model.service_name == "dynamodb"
        with lock if dynamodb else nullcontext():
            return original(self, operation, parameters)

    patch.setattr(BaseClient, "_make_api_call", call)


ENVIRONMENT = {
    "CALL_CENTRE": "0120-000-001",
    "PARTNER_TERMS": "2026-04",
    "DUE_QUEUE": f"https://sqs.{REGION}.amazonaws.com/{DEFAULT_ACCOUNT_ID}/due",
    "MACHINES": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:",
    **{
        name.upper(): json.dumps(json.loads(CDK.read_text(encoding="utf-8"))["context"][name])
        for name in ("escalation", "alarm_escalation")
    },
}


@contextmanager
def opened(
    cloud: Cloud,
    ask: Ask,
    clock: Any,
    machines: dict[str, Definition],
    patch: pytest.MonkeyPatch,
) -> Iterator[Centre]:
    """The centre, at 10:00 of 1 December 2026 in Japan. What was begun in it is ended with it."""
    for name, value in ENVIRONMENT.items():
        patch.setenv(name, value)
    patch.setitem(default_user_config, "stepfunctions", {"execute_state_machine": True})
    settings.load.cache_clear()
    flow = Interpreter({"OnTask": on_task.handler, "OnStep": on_step.handler}, clock, Context())
    flow.install(patch)
    client("sqs").create_queue(QueueName="due")
    due = DueQueue(on_due.handler)
    flow.timers.append(due)
    _one_at_a_time(patch)
    states = client("stepfunctions")
    for name, definition in machines.items():
        states.create_state_machine(
            name=name,
            definition=json.dumps(definition, ensure_ascii=False),
            roleArn="arn:aws:iam::123456789012:role/workflows",
        )
    cloud.household(cloud.contract("home-check", starts=flow.now - timedelta(days=30)))
    yield Centre(cloud, ask, flow, due)
    for execution in flow.executions():
        if flow.status(execution) == "RUNNING":
            flow.stop(execution)
    settings.load.cache_clear()
