"""Who may do what in a home: one question, asked by every API route and device message."""

from datetime import datetime
from typing import Literal, NamedTuple

from lambdas.shared.household import CameraKind, Feature, Home, Member, Role

Permission = Literal["see", "operate", "manage"]
"""see: cameras, events, pictures. operate: snapshot, alarm, modes. manage: add, remove cameras."""

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


def authorize(home: Home | None, person: str, act: Permission, now: datetime) -> Grant:
    """Let ``person`` act in ``home``.

    Raises NotAMember for a stranger (whether the home exists is not told), Denied for a member
    whose role or contract does not cover the act.
    """
    member = home.member(person) if home else None
    if home is None or member is None:
        raise NotAMember("not-a-member")
    if member.role not in ROLES[act]:
        raise Denied("contractor-only")
    if "room-watch" not in home.features(now):
        raise Denied("no-room-watch", rule="DC-05")
    return Grant(home, member)


def may_keep_pictures(kind: CameraKind, features: frozenset[Feature]) -> bool:
    """Whether pictures of such a camera may leave it: a smart camera's always (DC-23), a phone's
    with フォトコレクション (DC-20, DC-22)."""
    return kind == "smart-camera" or "photo-collection" in features
