"""What may be asked from where (AL-17, AL-46 to AL-53, A-11, A-13): one table for both sides."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from iot.messages.panel_facts import Source
from iot.messages.panel_settings import Mode, Monitoring

Operation = tuple[Mode, Monitoring]

Task = Literal["status", "areas", "history", "news", "contacts", "keys", "account", "test"]
"""What a source may do beside arming. areas: which of them 在宅ALSOK guards."""

_COMPANY: frozenset[Operation] = frozenset({("away", "company"), ("home", "company")})
_ALL: frozenset[Operation] = _COMPANY | {("away", "self"), ("home", "self")}


class Permission(NamedTuple):
    """What one source may. ``arms``, ``disarms``: the modes; ``switches``: another mode while one
    holds; ``aborts``: whoever disarms there in time takes an alarm back."""

    arms: frozenset[Operation]
    disarms: frozenset[Operation]
    switches: bool
    aborts: bool
    tasks: frozenset[Task]


PERMISSIONS: Mapping[Source, Permission] = {
    "keypad": Permission(_ALL, _ALL, True, True, frozenset({"status", "test"})),
    "reader": Permission(_ALL, _ALL, True, True, frozenset({"status"})),
    "web": Permission(
        _COMPANY,
        _COMPANY,
        True,
        False,
        frozenset({"status", "areas", "history", "news", "contacts", "keys", "account"}),
    ),
    "app": Permission(
        _COMPANY, _COMPANY, True, False, frozenset({"status", "areas", "history", "news"})
    ),
    "telephone": Permission(
        frozenset({("away", "company"), ("away", "self")}),
        frozenset(),
        False,
        False,
        frozenset({"status"}),
    ),
    "centre": Permission(
        frozenset(), frozenset(), False, False, frozenset({"status", "history", "test"})
    ),
}
