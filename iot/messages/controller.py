"""What a controller and the cloud say to each other."""

import json
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from iot.messages.base import MAX_PAYLOAD, HealthReport, Instant, Message
from iot.messages.panel_facts import Actor, AnyFact, Bypass, Configured
from iot.messages.panel_settings import AreaId, Mode, Monitoring, PanelSettings, SensorName

Journal = Annotated[str, Field(pattern=r"^[a-z0-9]{8,32}$")]
"""Which of the controller's journals: a new one begins when its memory was lost."""

MOST_FACTS = 32
MOST_KEYS = 30
"""IDキー and フェリカカード together (AL-45)."""
MOST_CODES = 30


class AreaView(Message):
    """How an area stands, as the controller sees it."""

    state: Literal["disarmed", "arming", "armed", "pending", "triggered"]
    mode: Mode | None = None
    monitoring: Monitoring | None = None


class ControllerReport(Message):
    """New facts of a journal, perhaps none. Late ones, repeated ones and reordered reports are
    taken (iot/panel/record).

    ``last``: the number of the journal's last fact, 0 for none; with all facts up to it, everything
    until ``until`` is known. ``areas``: how they stood then, so that the cloud can compare.
    ``sent_at``: the controller's clock when this was sent, however long it waited.
    """

    journal: Journal
    facts: tuple[AnyFact, ...] = Field(default=(), max_length=MOST_FACTS)
    last: int = Field(ge=0)
    until: Instant
    areas: dict[AreaId, AreaView] = Field(default={})
    settings: int = Field(default=0, ge=0, description="Version it has; the cloud sends newer ones")
    keys: int = Field(default=0, ge=0, description="Version of its keys")
    sent_at: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [fact.number for fact in self.facts]
        if numbers != sorted(set(numbers)) or (numbers and numbers[-1] > self.last):
            raise ValueError("facts go up by number, none beyond the last")
        return self


class SensorHealth(Message):
    """A sensor as the controller knows it."""

    battery: int | None = Field(default=None, ge=0, le=100)
    battery_low: bool = False
    radio: int | None = Field(default=None, ge=0, le=255, description="Link quality")
    heard_at: Instant | None = None


class ControllerStatus(HealthReport):
    """A controller's health."""

    line: Literal["internet", "lte"]
    mains: bool
    sensors: dict[SensorName, SensorHealth] = Field(default={})


class Key(Message):
    """Who may operate the controller, and with what (AL-44, AL-45).

    ``hash``: of the code, or of the key's or card's number, by iot/panel/codes with the salt of the
    home.
    """

    id: str = Field(min_length=1, max_length=16)
    name: str = Field(min_length=1, max_length=40)
    means: Literal["code", "key", "card"]
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    duress: bool = False  # disarms, and calls for help without a sign
    person: str | None = Field(default=None, max_length=64)


class Keys(Message):
    """All codes, keys and cards of a home. Each change has the next ``version``."""

    version: int = Field(ge=1)
    salt: str = Field(pattern=r"^[0-9a-f]{32}$")
    keys: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _so_many(self) -> Self:
        carried = [key for key in self.keys if key.means != "code"]
        if len(carried) > MOST_KEYS:
            raise ValueError(f"at most {MOST_KEYS} keys and cards (AL-45)")
        if len(self.keys) - len(carried) > MOST_CODES:
            raise ValueError(f"at most {MOST_CODES} codes")
        if len({key.id for key in self.keys}) < len(self.keys):
            raise ValueError("two keys of one id")
        if len({(key.means, key.hash) for key in self.keys}) < len(self.keys):
            raise ValueError("two people of one code or key")
        if any(key.duress and key.means != "code" for key in self.keys):
            raise ValueError("duress is a code")
        return self


class ControllerSettings(Message):
    """What the cloud wants of a controller: either part, or both. An older version is ignored."""

    panel: PanelSettings | None = None
    keys: Keys | None = None


class ControllerCommand(Message):
    """What somebody asks from afar. Not carried out after ``expires_at``, nor twice.

    What each source may: iot/panel/permissions. The result says done, or failed as ``refused``; the
    reasons follow from the fact that the controller notes.
    """

    id: str = Field(min_length=1, max_length=64)
    action: Literal["arm", "disarm", "test", "end_test"]
    expires_at: AwareDatetime
    actor: Actor
    areas: tuple[AreaId, ...] = ()
    mode: Mode | None = None
    monitoring: Monitoring | None = None
    bypass: Bypass = Field(default={})
    minutes: int = Field(default=30, ge=1, le=60)  # of a test

    @model_validator(mode="after")
    def _how(self) -> Self:
        if (self.action == "arm") != (self.mode is not None and self.monitoring is not None):
            raise ValueError("arming has mode and monitoring, nothing else has")
        return self


def payload(report: ControllerReport) -> bytes:
    """A report as it is published: settings without what is usual, so that sixty sensors fit."""
    said = report.model_dump(mode="json", exclude_none=True)
    for fact, written in zip(report.facts, said["facts"], strict=True):
        if isinstance(fact, Configured):
            written["settings"] = fact.settings.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def fits(settings: PanelSettings) -> bool:
    """Whether a report can carry these settings."""
    written = settings.model_dump_json(exclude_defaults=True).encode()
    return len(written) <= MAX_PAYLOAD - 1024
