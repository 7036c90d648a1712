"""Who may do what in a home: one question, asked by every API route and device message."""

from datetime import datetime
from typing import Literal, NamedTuple

from lambdas.shared.household import Feature, Home, Member, Role
from lambdas.shared.problems import Text

Permission = Literal["see", "operate", "manage"]
"""see: look at what there is. operate: use it, change settings. manage: add and remove devices."""

ROLES: dict[Permission, frozenset[Role]] = {
    "see": frozenset({"contractor", "watcher", "watched"}),
    "operate": frozenset({"contractor", "watcher"}),
    "manage": frozenset({"contractor"}),
}


class Denied(Exception):
    """The person may not do this. ``reason`` is a problem's slug, ``rule`` names the business rule
    where there is one, ``values`` are for the problem's words."""

    def __init__(self, reason: str, rule: str | None = None, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule
        self.values = values


class NotAMember(Denied):
    """The home does not exist for this person: nothing about it may be told."""


class Grant(NamedTuple):
    """A person in a home."""

    home: Home
    member: Member


class Requirement(NamedTuple):
    """A feature that a route or message needs, and the rule that says so."""

    feature: Feature
    service: Text
    """What the family knows it as."""

    rule: str


def authorize(
    home: Home | None,
    person: str,
    permission: Permission,
    now: datetime,
    requirement: Requirement | None = None,
) -> Grant:
    """Let ``person`` act in ``home``.

    Raises NotAMember for a stranger (whether the home exists is not told), Denied for a member
    whose role does not cover the permission, or when no contract in force has the required feature.
    """
    member = home.member(person) if home else None
    if home is None or member is None:
        raise NotAMember("not-a-member")
    if member.role not in ROLES[permission]:
        if permission == "manage":
            raise Denied("contractor-only")
        raise Denied("watchers-only")
    if requirement and requirement.feature not in home.features(now):
        raise Denied("not-in-contract", rule=requirement.rule, service=requirement.service)
    return Grant(home, member)
