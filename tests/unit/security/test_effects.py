"""What follows from what a controller did, as values: words, events, calls."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot.panel.outcomes import Alarm, AlarmKind, SignalKind
from lambdas.dispatch.processes.alarm.state import URGENCY
from lambdas.security import calls
from lambdas.security.calls import CallRun, Person
from lambdas.security.effects import NEEDS, About, effects_of, raised
from lambdas.security.file import HomeFile
from lambdas.security.words import ALARMS, SIGNALS
from lambdas.shared.events import AlarmRaised, Notice
from lambdas.shared.household import Contract, Home
from tests.panel import SETTINGS, House

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
KINDS: tuple[AlarmKind, ...] = get_args(AlarmKind)


def contract(*features: str, id: str = "c", **more: Any) -> Contract:
    starts = NOW - timedelta(days=1)
    return Contract(id=id, product="p", features=frozenset(features), starts=starts, **more)


def about(*contracts: Contract) -> About:
    home = Home(id="h", name="家", contracts=contracts)
    return About(home, HomeFile(version=3), SETTINGS, NOW)


def alarm(kind: AlarmKind, report: str = "company", **more: Any) -> Alarm:
    return Alarm.model_validate(
        {"id": f"j-1-{kind}", "number": 1, "at": NOW, "kind": kind, "report": report,
         "incident": "i", **more}
    )  # fmt: skip


def test_every_kind_has_words_an_urgency_and_what_must_be_bought() -> None:
    assert set(ALARMS) == set(NEEDS) == set(URGENCY) == set(KINDS)
    assert set(SIGNALS) == set(get_args(SignalKind))


@pytest.mark.rule("AL-02", "AL-03", "A-09")
@pytest.mark.parametrize("kind", KINDS)
def test_somebody_is_sent_for_what_was_bought_and_the_centre_hears_of_all(kind: AlarmKind) -> None:
    whole = contract("intrusion", "company-monitored", NEEDS[kind])
    for bought, sold in ((whole, True), (contract("intrusion", NEEDS[kind]), False)):
        found = effects_of(alarm(kind), about(bought)).events
        (said,) = [one for one in found if isinstance(one, AlarmRaised)]
        assert (said.kind, said.sold, said.contract) == (kind, sold, "c")
    ended = contract("intrusion", "company-monitored", NEEDS[kind], ends=NOW)
    assert raised(alarm(kind), about(ended)).sold is False
    assert raised(alarm(kind), about()).contract == "home:h"


def test_of_several_contracts_the_one_that_guards_the_home_counts() -> None:
    both = (contract("intrusion", id="a"), contract("intrusion", "company-monitored", id="b"))
    assert raised(alarm("intrusion"), about(*both)).contract == "b"


@pytest.mark.parametrize("kind", KINDS)
def test_of_duress_only_the_centre_hears_and_at_home_in_self_mode_nobody(kind: AlarmKind) -> None:
    here = about(contract("intrusion", "company-monitored"))
    told = [one for one in effects_of(alarm(kind), here).events if isinstance(one, Notice)]
    assert bool(told) is (kind != "duress")
    assert effects_of(alarm(kind, "none"), here) == effects_of(alarm(kind, "none"), about())
    assert list(effects_of(alarm(kind, "none"), here).events) == []


@pytest.mark.rule("AL-16", "AL-25")
@pytest.mark.parametrize("kind", KINDS)
def test_a_self_monitored_home_raises_nothing_at_the_centre(kind: AlarmKind) -> None:
    found = effects_of(alarm(kind, "self"), about(contract("intrusion")))
    assert not any(isinstance(one, AlarmRaised) for one in found.events)
    assert found.call is not None


def test_everything_that_a_house_lives_through_has_its_line() -> None:
    from lambdas.security.entries import entry_of

    house = House()
    house.arm(1)
    house.wait(70)
    house.sense(71, "window")
    house.disarm(72)
    house.sense(80, "smoke")
    for one in house.outcomes:
        line = entry_of(one, SETTINGS)
        assert line.said.ja
        assert line.said.en
        assert "None" not in line.said.ja


# --- calls


def run(people: int) -> CallRun:
    those = tuple(Person(name=f"p{n}", phone=f"090-{n}") for n in range(people))
    about: dict[str, Any] = {"home": "h", "home_name": "家", "kind": "fire", "where": "台所"}
    return CallRun(id="r", at=NOW, begun=NOW, people=those, **about)


@pytest.mark.rule("AL-16")
@given(
    st.integers(0, 5),
    st.lists(st.sampled_from(["heard", "silent", "failed", "nothing"]), max_size=20),
    st.lists(st.integers(0, 2), max_size=20),
)
def test_everybody_is_called_in_order_until_somebody_hears_it(
    people: int, came: list[str], repeats: list[int]
) -> None:
    """Whatever comes of each call, and however often the clock comes round."""
    now, one, dialled = NOW, run(people), list[int]()
    for n in range(2 * people + 2):
        for _ in range(1 + (repeats[n] if n < len(repeats) else 0)):
            one, dial = calls.due(one, now)
            if dial:
                assert not one.heard
                dialled.append(dial.number)
                assert one.people[one.attempts[-1].person] == dial.person
        outcome = came[n] if n < len(came) else "nothing"
        if outcome != "nothing":
            one = calls.ended(one, len(one.attempts), outcome)  # type: ignore[arg-type]
        now += calls.RING
    assert dialled == sorted(set(dialled)), "nobody twice for one call"
    assert [a.person for a in one.attempts] == [n % people for n in range(len(one.attempts))]
    heard = [n for n, a in enumerate(one.attempts) if a.outcome == "heard"]
    assert len(heard) <= 1
    if heard:
        assert heard[0] == len(one.attempts) - 1, "nobody is called after somebody heard it"
    else:
        assert len(one.attempts) == 2 * people
    assert one.over
    assert calls.next_due(one) is None


def test_a_key_that_comes_late_counts_all_the_same() -> None:
    one, _ = calls.due(run(2), NOW)
    one, dial = calls.due(one, NOW + calls.RING)
    assert dial
    assert dial.number == 2
    one = calls.ended(one, 1, "heard")
    assert one.heard
    assert calls.due(one, NOW + 3 * calls.RING)[1] is None
