"""The history of a home: what its controller did, with the names that things had then (AL-47)."""

from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import AwareDatetime, TypeAdapter

from iot.messages.panel_settings import PanelSettings
from iot.panel.outcomes import Alarm, AnyOutcome, Ended, Operated, Refused, Signal
from iot.panel.words import MODES, Words, obstacle
from lambdas.security.file import Model
from lambdas.security.model import Silence
from lambdas.security.words import ALARMS, MEANS, PHASES, SIGNALS, SILENCE, SOURCES
from lambdas.shared.events import Sentence

OUTCOME: TypeAdapter[Any] = TypeAdapter(AnyOutcome)


class Entry(Model):
    """A line of the history."""

    id: str
    at: AwareDatetime
    what: str  # alarm, signal, operated, ended, refused, read, differs, silent, back, call
    kind: str = ""
    area: str = ""
    area_name: str = ""
    sensor: str = ""
    who: str = ""
    means: str = ""
    said: Sentence
    picture: str = ""  # of the grounds, by its id (AL-08); it may still be on its way
    command: str = ""  # by which it was asked for from afar
    hidden: bool = False  # from the people of the home: whoever forced somebody may look, too


def entry_of(one: Any, settings: PanelSettings | None) -> Entry:
    """The line for what followed at the controller."""
    area = settings.area(one.area) if settings and getattr(one, "area", None) else None
    sensor = getattr(one, "sensor", None)
    found = settings.sensor(sensor) if settings and sensor else None
    label = found.label if found else sensor or ""
    actor = getattr(one, "actor", None)
    by = by_whom(actor) if actor else None
    said, hidden = _said(one, settings, area.name if area else "", label), False
    if isinstance(one, Alarm) and one.kind == "duress":
        hidden = True
    picture = picture_of(one, settings)
    return Entry(
        id=one.id,
        at=one.at,
        what=one.what,
        kind=str(getattr(one, "kind", getattr(one, "phase", ""))),
        area=getattr(one, "area", None) or "",
        area_name=area.name if area else "",
        sensor=label,
        who=actor.name if actor else "",
        means=by.ja if by else "",
        said=said,
        picture=picture.id if picture else "",
        command=getattr(one, "command", None) or "",
        hidden=hidden,
    )


class Picture(NamedTuple):
    """A picture that is asked for, and of which camera."""

    id: str
    camera: str


def picture_of(one: Any, settings: PanelSettings | None) -> Picture | None:
    """The picture of who is on the grounds, where a camera stands by the sensor (AL-08). None for
    what only the siren tells (AL-18)."""
    if not isinstance(one, Alarm) or one.kind != "premises" or one.report == "none":
        return None
    sensor = settings.sensor(one.sensor) if settings and one.sensor else None
    if sensor is None or sensor.camera is None:
        return None
    return Picture(f"alarm-{sha256(one.id.encode()).hexdigest()[:24]}", sensor.camera)


def by_whom(actor: Any) -> Sentence:
    """With what somebody did it (何で): ``IDキー#3``, ``暗証番号``, ``ウェブ``."""
    if actor.means in ("login", "call"):
        return SOURCES[actor.source]
    words = MEANS[actor.means]
    number = f"#{actor.key}" if actor.key else ""
    return Sentence(ja=words.ja + number, en=f"{words.en} {number}".strip())


def mode_words(mode: str | None, monitoring: str | None) -> Sentence:
    """A mode in words; 警備 where none is known."""
    known = next((words for key, words in MODES.items() if key == (mode, monitoring)), None)
    return _sentence(known) if known else Sentence(ja="警備", en="guarding")


def _said(one: Any, settings: PanelSettings | None, area: str, sensor: str) -> Sentence:
    where = " ".join(part for part in (area, sensor) if part)
    match one:
        case Alarm():
            words = ALARMS[one.kind]
            return _joined(Sentence(ja=f"{words.ja}警報", en=f"Alarm: {words.en}"), where)
        case Operated():
            mode, does = mode_words(one.mode, one.monitoring), PHASES[one.phase]
            if one.phase == "disarmed":
                return _joined(does, area)
            left_out = "、".join(name for name, _ in one.bypassed)
            out = f"（除外: {left_out}）" if left_out else ""
            return _joined(Sentence(ja=mode.ja + does.ja + out, en=f"{mode.en}: {does.en}"), area)
        case Silence():
            return SILENCE[one.what]
        case Ended():
            aborted = one.how == "aborted"
            return Sentence(
                ja="警報を取り消し" if aborted else "警報中に解除",
                en="The alarm was taken back" if aborted else "Disarmed during the alarm",
            )
        case Refused():
            why = [
                Sentence(ja=obstacle(each, settings, "ja"), en=obstacle(each, settings, "en"))
                for each in one.obstacles
            ]
            return Sentence(
                ja="操作できません: " + "".join(each.ja for each in why),
                en="Not done: " + " ".join(each.en for each in why),
            )
        case Signal():
            return _joined(SIGNALS[one.kind], " ".join(p for p in (where, one.detail) if p))
    raise TypeError(type(one).__name__)


def _joined(words: Sentence, where: str) -> Sentence:
    return Sentence(
        ja=f"{words.ja}（{where}）" if where else words.ja,
        en=f"{words.en} ({where})" if where else words.en,
    )


def _sentence(words: Words) -> Sentence:
    return Sentence(ja=words.ja, en=words.en)
