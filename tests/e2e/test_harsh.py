"""Events, home checks and invoices on a cloud as harsh as AWS is on a bad day (local/harsh.py).

Functions are killed, requests refused, messages and events come twice and in any order, reads are
old. What is left in a dead-letter queue is redriven, as the one on call does. Nothing may be lost,
doubled or stuck. How many: HARSH_EVENTS, HARSH_CHECKS, HARSH_INVOICES; the seed: HARSH_SEED, which
is printed with the faults that it brought.
"""

import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from iot.messages.camera import UploadGrant, UploadObject, UploadRequest
from iot.topics import Channel
from lambdas.detect.event import event_id
from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import ContractContact
from local import seed
from local.cloud import LocalCloud
from local.homecheck import ABSENT, Family, Operator, Worker, north, responder
from local.when import JST
from tests.e2e import household as at_home
from tests.e2e.billing import begin_run, fill, invoices
from tests.e2e.household import Device, move_in
from tools.redrive import Redrive

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("HARSH_SEED") or secrets.randbelow(10**6))
EVENTS, CHECKS, INVOICES = (
    int(os.environ.get(f"HARSH_{name}", usual))
    for name, usual in (("EVENTS", 60), ("CHECKS", 5), ("INVOICES", 100))
)
PATIENCE = 40
"""Minutes of the moved clock after which something that is not done is stuck."""


@pytest.fixture(scope="module")
def cloud(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[LocalCloud]:
    state = tmp_path_factory.mktemp("harsh")
    with LocalCloud.start(
        seed=seed.seed, state_dir=state, harsh=SEED, report=lambda _: None
    ) as cloud:
        yield cloud
        faults = {name: int(n) for name, n in cloud.counted().items() if name.startswith("fault")}
        with _aloud(request):
            print(f"\nHARSH_SEED={SEED}", *sorted(faults.items()), sep="\n  ")  # noqa: T201 so that it can be repeated


@contextmanager
def _aloud(request: pytest.FixtureRequest) -> Iterator[None]:
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        yield


def redrive(cloud: LocalCloud) -> list[str]:
    """Give back what waits in dead-letter queues; their names."""
    again = Redrive(cloud.client)
    return [f"{one.name}: {again.give_back(one)}" for one in again.waiting()]


def at_last(cloud: LocalCloud, look: Callable[[], Any], what: str) -> Any:
    """What ``look`` finds once it is there. Time passes meanwhile; dead letters are redriven."""
    for _ in range(PATIENCE):
        cloud.settle()
        if found := look():
            return found
        redrive(cloud)
        cloud.advance("1m")
    raise AssertionError(f"HARSH_SEED={SEED}: stuck: {what}")


# --- events ----------------------------------------------------------------------------------


def rows(cloud: LocalCloud, table: str, begins: str) -> list[dict[str, Any]]:
    """All rows of a context's table whose partition begins so."""
    found: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        page = cloud.table(cloud.outputs[table]).scan(ConsistentRead=True, **start)
        found += [row for row in page["Items"] if str(row["pk"]).startswith(begins)]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def links(mails: list[dict[str, Any]], ids: set[str]) -> Counter[str]:
    """How many mails lead to each of these events."""
    return Counter(id for mail in mails for id in ids if id in mail["BodyText"])


def uploaded(camera: Device, body: bytes) -> str:
    """Send a burst; like the agent, ask again where no grant comes. Its key."""
    for _ in range(5):
        request = UploadRequest(
            id=secrets.token_hex(8), objects=[UploadObject(bytes=len(body), type=at_home.ZIP)]
        )
        camera.say(Channel.UPLOAD_REQUEST, request.model_dump_json().encode())
        with suppress(AssertionError):
            answer = UploadGrant.model_validate_json(camera.hear(Channel.UPLOAD_GRANT, 5))
            (grant,) = answer.grants
            assert at_home.put(grant.url, body) == 200
            return grant.key
    raise AssertionError(f"HARSH_SEED={SEED}: no grant")


def test_every_event_is_there_once_and_told_once(cloud: LocalCloud, tmp_path: Path) -> None:
    family = move_in(cloud)
    who = family.add_camera(tmp_path)
    times = []
    with Device(cloud, who) as camera:
        for _ in range(EVENTS):
            at = cloud.now()
            times.append(at)
            body = at_home.good_burst(at)
            key = uploaded(camera, body)
            if secrets.randbelow(10) == 0:
                at_home.notify_again(cloud, key, len(body), at)
            camera.say(Channel.EPISODE, at_home.ended(at, at + timedelta(seconds=5)))
            cloud.advance("15s")
    ids = {event_id(who.thing, at) for at in times}

    def told() -> bool:
        return all(links(cloud.mails(one), ids).keys() == ids for one in family.mails_of)

    at_last(cloud, told, "mails of events")
    cloud.advance("30m")
    cloud.settle()
    for one in family.mails_of:
        twice = {id: n for id, n in links(cloud.mails(one), ids).items() if n > 1}
        assert not twice, f"HARSH_SEED={SEED}"
    assert redrive(cloud) == []


# --- home checks -----------------------------------------------------------------------------


class Centre:
    """A call centre on a bad day: whoever works there waits until a task is there."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.operator = Operator(cloud, "operator@harsh.example")

    def does(self, who: Worker, kind: str, case: str, outcome: str, **more: Any) -> None:
        """A task of a case, once it is there."""

        def task() -> Any:
            found = who.page.get("/dispatch/tasks")
            return [one for one in found if (one["case"], one["kind"]) == (case, kind)]

        (one,) = at_last(self.cloud, task, f"{kind} of {case}")
        who.page.send("POST", f"/dispatch/tasks/{one['id']}/answer", {"outcome": outcome, **more})

    def closed(self, case: str) -> dict[str, Any]:
        """A case that is over, and its workflow, too."""

        def over() -> Any:
            found = self.operator.page.get(f"/dispatch/cases/{case}")
            return None if found["open"] else found

        found: dict[str, Any] = at_last(self.cloud, over, f"the end of {case}")
        states = self.cloud.client("stepfunctions")
        ended = at_last(
            self.cloud,
            lambda: (
                states.describe_execution(executionArn=found["execution"])["status"] != "RUNNING"
            ),
            f"the end of the workflow of {case}",
        )
        assert ended
        return found


def test_every_home_check_comes_to_its_end_and_is_told_once(cloud: LocalCloud) -> None:
    centre = Centre(cloud)
    operator = centre.operator
    for number in range(CHECKS):
        if not 9 <= cloud.now().astimezone(JST).hour < 17:  # people are phoned by day
            tomorrow = cloud.now().astimezone(JST) + timedelta(hours=14)
            cloud.advance(f"{tomorrow:%Y-%m-%d}T10:00")
        place = Place(latitude=26 + 2 * (number % 10), longitude=128 + 3 * (number // 10 % 6))
        family = Family(cloud, f"{secrets.token_hex(4)}@family.example", place=place)
        case = family.registers()
        phone = {"number": "03-0000-0000"}
        centre.does(operator, "first_call", case, "granted", said="はい。", **phone)
        centre.closed(case)
        going = responder(operator, f"{number}番", place)
        going.begins_duty(north(place, 2))
        visit = operator.takes_request(family.home)
        centre.does(going, "offer", visit, "accepted")
        centre.does(going, "visit", visit, "reported", report=ABSENT)
        centre.does(operator, "tell", visit, "told", number="090-0000-0000")
        ended = centre.closed(visit)
        assert ended["result"] == "absent"
        what = [one["event"] for one in ended["timeline"] if one["event"] != "audited"]
        assert sorted(what) == sorted(set(what)), what  # nothing twice
        assert going.me()["case"] is None
        going.page.send("PUT", "/dispatch/me/duty", {"on_duty": False})
        at_last(cloud, lambda: len(family.subjects()) >= 3, f"the mails of {visit}")  # noqa: B023
        cloud.advance("30m")
        subjects = family.subjects()
        assert len(subjects) == len(set(subjects)) == 3, f"HARSH_SEED={SEED}: {subjects}"


# --- invoices --------------------------------------------------------------------------------


def test_every_contract_has_one_invoice_and_one_mail_of_it(cloud: LocalCloud) -> None:
    ids = fill(cloud, INVOICES)
    directory = Directory(cloud.outputs["MimamoriData.DirectoryTable"], cloud.table)
    for id in ids:
        directory.publish_contact(
            ContractContact(contract=id, name="山田 花子", email=f"{id}@harsh.example"), None
        )
    states, execution = cloud.client("stepfunctions"), begin_run(cloud, f"harsh-{SEED}")

    def over() -> Any:
        told = states.describe_execution(executionArn=execution)
        assert told["status"] in ("RUNNING", "SUCCEEDED"), f"HARSH_SEED={SEED}: {told}"
        return told.get("output")

    summary = json.loads(at_last(cloud, over, "the run"))["summary"]
    found = invoices(cloud)
    assert set(found.values()) == {1}, f"HARSH_SEED={SEED}"
    assert (summary["contracts"], summary["invoices"]) == (INVOICES, len(found))

    def mailed() -> Counter[str]:
        mails = [mail for mail in cloud.mails() if mail["To"][0].endswith("@harsh.example")]
        return Counter((mail["To"][0], mail["Subject"]) for mail in mails)

    at_last(
        cloud,
        lambda: {id for id, _ in mailed()} >= {f"{id}@harsh.example" for id in found},
        "mails of invoices",
    )
    cloud.advance("30m")
    assert max(mailed().values()) == 1, f"HARSH_SEED={SEED}: {mailed().most_common(3)}"
    again = json.loads(at_last(cloud, over, "the run"))["summary"]
    assert again == summary
    assert redrive(cloud) == []
