"""What breaks between a sensor and the guard: no alarm ends in silence, and none is told twice."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from iot.messages import panel_facts as f
from iot.topics import Channel
from lambdas.dispatch import on_alarm
from lambdas.security import on_look, on_panel, on_progress, on_silent
from lambdas.shared.events import AlarmAnswered, AlarmProgress, AlarmRaised
from tests.integration.centre import KENJI, YUI
from tests.integration.conftest import Cloud, Context
from tests.integration.guarded import THING, GuardedHome, home
from tests.integration.samples import batch, envelope

__all__ = ["home"]

WRITES = (
    *("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"),
    *("PutEvents", "SendMessage", "StartExecution", "Publish"),
)
DOWN = ClientError({"Error": {"Code": "InternalServerError", "Message": "!"}}, "Query")


pytestmark = pytest.mark.usefixtures("armed")


@pytest.fixture
def armed(home: GuardedHome) -> None:
    """Every fault here meets an armed home with a guard on duty."""
    home.guarded(guards=(KENJI,))
    home.armed()


class Killed(BaseException):
    """The function's process is gone: nothing catches this."""


@contextmanager
def dies_before(cloud: Cloud, which: int) -> Iterator[None]:
    """The function dies before its so many-th write: what it wrote before that stays. Workflows
    that it began go on in threads of their own."""
    original, seen, mine = cloud.call, iter(range(1, 10_000)), threading.get_ident()

    def call(service: Any, client: Any, operation: str, params: Any) -> Any:
        here = threading.get_ident() == mine
        if here and operation in WRITES and next(seen) == which:
            raise Killed
        return original(service, client, operation, params)

    cloud.call = call  # type: ignore[method-assign]
    try:
        yield
    except Killed:
        pass
    finally:
        cloud.call = original  # type: ignore[method-assign]


def on_bus(said: Any) -> dict[str, Any]:
    return {"detail-type": said.detail_type(), "detail": said.model_dump(mode="json")}


def told_once(home: GuardedHome) -> str:
    """The centre has one case with its call and its offer, the family one mail; its number."""
    number = home.case()
    assert home.centre.todo(number) == ["confirm-1", "offer-1"]
    assert len(home.centre.service.store.open_cases()) == 1
    assert len({one.signal for one in home.of(AlarmRaised)}) == 1
    assert home.mailed().count("security.alarm") == 1
    assert home.view()["cases"][0]["open"] is True
    return number


@pytest.mark.parametrize("which", range(1, 9))
def test_whoever_takes_the_report_dies_before_any_write_and_the_alarm_is_told(
    home: GuardedHome, which: int
) -> None:
    home.note(f.Sensed, sensor="window")
    made = made_report(home)
    message = batch(envelope(THING, Channel.PANEL, made, home.now, None), at=home.now, first=50)
    with dies_before(home.cloud, which):
        on_panel.handler(message, Context())
    home.wait(90)
    assert on_panel.handler(message, Context()) == {"batchItemFailures": []}
    home.pump()
    assert home.centre.todo(home.case())
    assert home.mailed().count("security.alarm") == 1


@pytest.mark.parametrize("which", range(1, 9))
def test_whoever_opens_the_case_dies_before_any_write_and_the_case_is_opened(
    home: GuardedHome, which: int
) -> None:
    (raised,) = silently(home)
    message = batch(on_bus(raised), at=home.now)
    with dies_before(home.cloud, which):
        on_alarm.handler(message, Context())
    assert on_alarm.handler(message, Context()) == {"batchItemFailures": []}
    home.centre.flow.settle()
    told_once(home)


@pytest.mark.parametrize("seed", range(6))
def test_events_come_twice_and_in_any_order_and_it_is_one_case(
    home: GuardedHome, seed: int
) -> None:
    raised = silently(home, "window", "hall")
    answered = AlarmAnswered(
        signal=raised[0].signal, home=raised[0].home, how="disarmed", who="父", means="x",
        at=home.now,
    )  # fmt: skip
    waits = [on_bus(one) for one in (*raised, answered) for _ in range(2)]
    random.Random(seed).shuffle(waits)
    for delivery in (1, 2, 3):
        failed = on_alarm.handler(batch(*waits, at=home.now, delivery=delivery), Context())
        again = {one["itemIdentifier"] for one in failed["batchItemFailures"]}
        waits = [one for n, one in enumerate(waits) if f"message-{n}" in again]
        if not waits:
            break
    home.centre.flow.settle()
    assert waits == []
    number = home.case()
    assert len(home.centre.service.store.open_cases()) == 1
    assert len(home.centre.case(number).state.signals) == 2
    assert home.centre.events(number).count("panel_answered") == 1
    assert set(home.centre.todo(number)) == {"confirm-1", "offer-1"}


def test_progress_comes_twice_and_in_any_order_and_the_page_shows_the_last(
    home: GuardedHome,
) -> None:
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.confirm-1", outcome="mistake", who="見守 太郎")
    home.pump()
    said = [on_bus(one) for one in home.of(AlarmProgress)]
    for one in (*reversed(said), *said):
        assert on_progress.handler(batch(one), Context()) == {"batchItemFailures": []}
    assert home.view()["cases"][0]["result"] == "mistake"


@pytest.mark.parametrize("step", ["choose", "offer", "overdue"])
def test_a_step_of_the_workflow_is_down_for_good_and_the_audit_begins_anew(
    home: GuardedHome, step: str
) -> None:
    home.on_duty(KENJI, YUI)
    home.centre.flow.fail(step, *[DOWN] * 60)
    home.sense("window")
    number = home.case()
    home.wait(5 * 60)
    assert any(one.startswith(("contact", "confirm", "nobody")) for one in home.centre.todo(number))
    home.centre.flow._failures.clear()  # it works again
    home.wait(16 * 60)
    home.centre.still_here()
    home.centre.audit()
    assert "restarted" in home.centre.events(number)
    assert home.centre.engaged() or "find_help-1" in home.centre.todo(number)


def test_every_clock_of_the_calls_is_lost_and_the_audit_goes_on_with_them(
    home: GuardedHome,
) -> None:
    home.sense("window")
    number = home.case()
    home.centre.due._queue._messages.clear()
    home.wait(20 * 60)
    home.centre.audit()
    home.pump()
    assert "contact-1" in home.centre.todo(number)


@pytest.mark.parametrize("which", range(1, 6))
def test_whoever_judges_a_silent_controller_dies_before_any_write_and_the_alarm_is_told(
    home: GuardedHome, which: int
) -> None:
    home.sense("front")
    (look,) = set(home.looks.waits())
    home.looks._queue._messages.clear()
    home.centre.flow.until(home.now + timedelta(seconds=61))
    with dies_before(home.cloud, which):
        on_look.handler(batch(look, at=home.now), Context())
    home.looks._queue._messages.clear()
    assert on_look.handler(batch(look, at=home.now), Context()) == {"batchItemFailures": []}
    home.pump()
    told_once(home)


def test_every_look_at_a_smashed_controller_is_lost_and_supervision_finds_the_alarm(
    home: GuardedHome,
) -> None:
    home.sense("front")
    home.looks._queue._messages.clear()
    home.wait(3 * 3600)
    assert home.cases() == []
    home.centre.still_here()
    home.supervised()
    assert home.centre.todo(home.case())[0] == "confirm-1"
    assert "security.silent" in home.mailed()
    assert on_silent.handler(batch(THING, at=home.now), Context()) == {"batchItemFailures": []}
    assert home.mailed().count("security.silent") == 2, "family and centre, once each"


def silently(home: GuardedHome, *sensors: str) -> list[AlarmRaised]:
    """Sensors notice something; what is raised stays on the bus, and nobody took it."""
    for sensor in sensors or ("window",):
        home.note(f.Sensed, sensor=sensor)
    message = batch(envelope(THING, Channel.PANEL, made_report(home), home.now, None), at=home.now)
    assert on_panel.handler(message, Context()) == {"batchItemFailures": []}
    said = home._new()
    home.heard += said
    return [one for one in said if isinstance(one, AlarmRaised)]


def made_report(home: GuardedHome) -> Any:
    """What the controller would send now."""
    made: list[Any] = []
    deliver, home.deliver = home.deliver, made.append  # type: ignore[method-assign,assignment]
    try:
        home.report()
    finally:
        home.deliver = deliver  # type: ignore[method-assign]
    (report,) = made
    return report
