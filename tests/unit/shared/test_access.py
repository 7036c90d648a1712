"""Who may do what in a home."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from lambdas.shared.access import (
    ROLES,
    Denied,
    NotAMember,
    Permission,
    Requirement,
    authorize,
)
from lambdas.shared.household import Contract, Feature, Home, Member, Role, each_once
from lambdas.shared.problems import Text

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ROOM_WATCH = Requirement("room-watch", Text("お部屋のみまもり", "room watch"), rule="DC-05")


def contract(*features: Feature, cameras: int = 3, **changes: object) -> Contract:
    values = {
        "id": "c",
        "product": "p",
        "features": frozenset(features),
        "limits": {"camera": cameras},
        "starts": NOW - timedelta(days=1),
        **changes,
    }
    return Contract.model_validate(values)


def home(*contracts: Contract) -> Home:
    people: tuple[tuple[str, Role], ...] = (
        ("hanako", "contractor"),
        ("taro", "watcher"),
        ("tome", "watched"),
    )
    members = tuple(Member(person=p, role=r, name=p, email=f"{p}@f.example") for p, r in people)
    return Home(id="home", name="家", members=members, contracts=contracts)


@pytest.mark.rule("HT-01", "HT-11")
def test_who_is_watched_over_is_told_of_nothing() -> None:
    assert [one.person for one in home().watchers] == ["hanako", "taro"]


def test_somebody_in_two_roles_has_the_one_that_may_most() -> None:
    people = home().members
    twice = [people[0].model_copy(update={"role": "watched"}), *people]
    assert sorted(one.person for one in each_once(twice)) == ["hanako", "taro", "tome"]
    assert {one.role for one in each_once(twice) if one.person == "hanako"} == {"contractor"}


@pytest.mark.rule("HT-01")
@pytest.mark.parametrize(
    ("person", "act", "allowed"),
    [
        ("hanako", "see", True),
        ("hanako", "operate", True),
        ("hanako", "manage", True),
        ("taro", "see", True),
        ("taro", "operate", True),
        ("taro", "manage", False),
        ("tome", "see", True),
        ("tome", "operate", False),
        ("tome", "manage", False),
    ],
)
def test_members_do_what_their_role_allows(person: str, act: Permission, allowed: bool) -> None:
    at_home = home(contract("room-watch"))
    if allowed:
        grant = authorize(at_home, person, act, NOW, ROOM_WATCH)
        assert (grant.home, grant.member.person) == (at_home, person)
    else:
        with pytest.raises(Denied) as caught:
            authorize(at_home, person, act, NOW, ROOM_WATCH)
        reason = "contractor-only" if act == "manage" else "watchers-only"
        assert (caught.value.reason, caught.value.rule) == (reason, None)
        assert not isinstance(caught.value, NotAMember)


@pytest.mark.parametrize("act", get_args(Permission))
@pytest.mark.parametrize("person", ["jiro", "", "HANAKO", "hanako "])
def test_a_stranger_is_told_the_same_of_a_home_and_of_none(act: Permission, person: str) -> None:
    told = []
    for place in (home(contract("room-watch")), home(), None):
        with pytest.raises(NotAMember) as caught:
            authorize(place, person, act, NOW, ROOM_WATCH)
        told.append((caught.value.reason, caught.value.rule))
    assert set(told) == {("not-a-member", None)}


@pytest.mark.parametrize("act", get_args(Permission))
def test_without_room_watch_nobody_enters(act: Permission) -> None:
    for place in (
        home(),
        home(contract("photo-collection")),
        home(contract("room-watch", ends=NOW)),
        home(contract("room-watch", starts=NOW + MOMENT)),
    ):
        with pytest.raises(Denied) as caught:
            authorize(place, "hanako", act, NOW, ROOM_WATCH)
        assert (caught.value.reason, caught.value.rule) == ("not-in-contract", "DC-05")


def test_a_contract_is_in_force_from_its_first_instant_to_the_one_before_its_end() -> None:
    one = contract(starts=NOW, ends=NOW + timedelta(days=1))
    assert not one.in_force(NOW - MOMENT)
    assert one.in_force(NOW)
    assert one.in_force(NOW + timedelta(days=1) - MOMENT)
    assert not one.in_force(NOW + timedelta(days=1))
    assert contract(starts=NOW).in_force(NOW + timedelta(days=36500))


@pytest.mark.rule("DC-18")
def test_features_and_cameras_are_those_of_all_contracts_in_force() -> None:
    place = home(
        contract("room-watch", cameras=3),
        contract("photo-collection", cameras=0, id="c2"),
        contract("room-watch", cameras=3, id="c3", ends=NOW),
    )
    assert place.features(NOW) == {"room-watch", "photo-collection"}
    assert place.limit("camera", NOW) == 3
    assert place.limit("camera", NOW - MOMENT) == 6
    assert (home().features(NOW), home().limit("camera", NOW)) == (frozenset(), 0)


def test_every_act_is_for_somebody_and_managing_for_fewest() -> None:
    assert set(ROLES) == set(get_args(Permission))
    assert ROLES["manage"] < ROLES["operate"] <= ROLES["see"] == set(get_args(Role))


@pytest.mark.parametrize("act", get_args(Permission))
@pytest.mark.parametrize("features", [("activity",), ("intrusion", "emergency"), ()])
def test_a_contractor_enters_a_home_whatever_its_contracts_are_for(
    act: Permission, features: tuple[str, ...]
) -> None:
    assert authorize(home(contract(*features)), "hanako", act, NOW).member.person == "hanako"
