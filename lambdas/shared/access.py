"""Who may do what in a home: one question, asked by every API route and device message."""

from datetime import datetime
from typing import Literal, NamedTuple

from lambdas.shared.household import Feature, Home, Member, Role

Permission = Literal["see", "operate", "manage"]
"""see: look at what there is. operate: use it, change settings. manage: add and remove devices."""

ROLES: dict[Permission, frozenset[Role]] = {
    "see": frozenset({"contractor", "watcher"}),
    "operate": frozenset({"contractor", "watcher"}),
    "manage": frozenset({"contractor"}),
}


class Denied(Exception):
    """The person may not do this. ``rule`` names the business rule where there is one."""

    def __init__(self, reason: str, rule: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rule = rule


class NotAMember(Denied):
    """The home does not exist for this person: nothing about it may be told."""


class Grant(NamedTuple):
    """A person in a home."""

    home: Home
    member: Member


class Requirement(NamedTuple):
    """A feature that a route or message needs, and how its lack is answered."""

    feature: Feature
    problem: str
    """The slug of the problem for a home without it."""

    rule: str | None = None


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
        raise Denied("contractor-only")
    if requirement and requirement.feature not in home.features(now):
        raise Denied(requirement.problem, rule=requirement.rule)
    return Grant(home, member)
