"""A guarded home as its people and the centre see it."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel

from iot.messages.panel_facts import Source
from iot.messages.panel_settings import Mode, Monitoring, PanelSettings
from iot.panel import panel as panels
from iot.panel.arming import obstacles
from iot.panel.permissions import PERMISSIONS
from iot.panel.state import Panel
from iot.panel.words import MODES, obstacle
from lambdas.security.clocks import our_time
from lambdas.security.entries import Entry, by_whom
from lambdas.security.model import Command, Kept
from lambdas.shared.events import AlarmProgress
from lambdas.shared.household import Language


class GuardModeView(BaseModel):
    """A mode that may be armed from here, and what keeps it from being armed now, in words."""

    mode: Mode
    monitoring: Monitoring
    name: str
    why_not: list[str]
    open: list[str]  # sensors that may be left out, so that it can be armed


class GuardedArea(BaseModel):
    """An area: how it stands, since when, by whom; and what may be armed."""

    id: str
    name: str
    state: str
    mode: Mode | None
    monitoring: Monitoring | None
    mode_name: str
    since: AwareDatetime | None
    who: str
    means: str
    until: AwareDatetime | None
    bypassed: list[str]
    memory: int
    may_disarm: bool
    modes: list[GuardModeView]


class GuardSensor(BaseModel):
    """A sensor."""

    name: str
    label: str
    kind: str
    area: str
    active: bool
    trouble: list[str]


class GuardCommand(BaseModel):
    """What was asked from afar, and what came of it."""

    id: str
    at: AwareDatetime
    action: str
    who: str
    state: str  # sent, done, refused, expired
    said: str


class AlarmCaseView(BaseModel):
    """A case of the centre."""

    case: str
    at: AwareDatetime
    open: bool
    stage: str
    result: str | None


class HistoryLine(BaseModel):
    """A line of the history: いつ、誰が、何で (AL-49)."""

    id: str
    at: AwareDatetime
    what: str
    kind: str
    area: str
    sensor: str
    who: str
    means: str
    said: str
    picture: str | None = None


class SecurityView(BaseModel):
    """A guarded home."""

    home: str
    source: Source
    connected_at: AwareDatetime | None
    silent: bool  # nothing was heard of the controller for hours, and people were told
    company: bool
    siren: str | None
    lines: dict[str, bool | None]
    areas: list[GuardedArea]
    sensors: list[GuardSensor]
    home_areas: list[str]
    may_operate: bool
    may_edit: bool
    commands: list[GuardCommand]
    cases: list[AlarmCaseView]
    history: list[HistoryLine]


def history_line(one: Entry, language: Language, home: str = "") -> HistoryLine:
    """A line as it is shown; to the people of ``home`` with its picture, which is theirs alone."""
    shown = one.model_dump(include={"id", "at", "what", "kind", "area", "sensor", "who", "means"})
    picture = f"/api/homes/{home}/pictures/{one.picture}" if home and one.picture else None
    return HistoryLine(**shown, said=one.said.text(language), picture=picture)


def case_line(one: AlarmProgress) -> AlarmCaseView:
    """A case as its home sees it."""
    return AlarmCaseView(
        case=one.case, at=one.at, open=one.open, stage=one.stage, result=one.result
    )


def command_line(
    one: Command, history: list[Entry], language: Language, now: datetime
) -> GuardCommand:
    """A command, with what came of it."""
    came = next((line for line in history if line.command == one.id), None)
    if came:
        state = "refused" if came.what == "refused" else "done"
    else:
        state = "expired" if now > one.expires_at else "sent"
    return GuardCommand(
        id=one.id,
        at=one.at,
        action=one.action,
        who=one.who,
        state=state,
        said=came.said.text(language) if came else "",
    )


def areas_of(
    panel: Panel, source: Source, language: Language, behind: timedelta | None = None
) -> list[GuardedArea]:
    """The areas, as far as the controller has told, whose clock is so far ``behind`` ours."""
    settings = panel.settings
    if settings is None:
        return []
    found = []
    for area in settings.areas:
        state = panel.areas[area.id]
        known = MODES[state.mode, state.monitoring] if state.mode and state.monitoring else None
        may = PERMISSIONS[source]
        found.append(
            GuardedArea(
                id=area.id,
                name=area.name,
                state=state.phase,
                mode=state.mode,
                monitoring=state.monitoring,
                mode_name=known.of(language) if known else "",
                since=our_time(state.since, behind) if state.by else None,
                who=state.by.name if state.by else "",
                means=by_whom(state.by).text(language) if state.by else "",
                until=our_time(state.until, behind)
                if state.phase in ("arming", "pending")
                else None,
                bypassed=list(state.bypassed),
                memory=len(state.memory),
                may_disarm=(state.mode, state.monitoring) in may.disarms,
                modes=[
                    _mode(panel, settings, area.id, mode, monitoring, language)
                    for mode, monitoring in MODES
                    if (mode, monitoring) in may.arms and (monitoring == "self" or settings.company)
                ],
            )
        )
    return found


def _mode(
    panel: Panel,
    settings: PanelSettings,
    area: str,
    mode: Mode,
    monitoring: Monitoring,
    language: Language,
) -> GuardModeView:
    against = obstacles(panel, area, mode, monitoring)
    return GuardModeView(
        mode=mode,
        monitoring=monitoring,
        name=MODES[mode, monitoring].of(language),
        why_not=[obstacle(one, settings, language) for one in against],
        open=[one.sensor for one in against if one.sensor and one.why in ("open", "lost")],
    )


def sensors_of(panel: Panel) -> list[GuardSensor]:
    """The sensors, as far as the controller has told."""
    found = []
    for one in panel.settings.sensors if panel.settings else ():
        state = panel.sensor(one.name)
        trouble = {
            "lost": state.lost_at is not None,
            "tampered": state.tampered,
            "battery_low": state.battery_low,
            "radio_weak": state.radio_weak,
        }
        found.append(
            GuardSensor(
                name=one.name,
                label=one.label,
                kind=one.kind,
                area=one.area,
                active=state.active,
                trouble=[name for name, so in trouble.items() if so],
            )
        )
    return found


def panel_now(kept: Kept, now: datetime) -> Panel:
    """The panel as it stands by now, as far as its controller has told."""
    record = kept.record
    if record.panel.settings is None:
        return record.panel
    return panels.at(record.panel, max(record.panel.now, min(now, record.there(now)))).panel
