"""What follows from what a controller did: whom the service tells, by which rule. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from iot.messages.panel_settings import PanelSettings
from iot.panel.outcomes import Alarm, AlarmKind, Ended, Operated, Signal
from lambdas.security.calls import CallRun, Person
from lambdas.security.entries import by_whom, entry_of, mode_words, picture_of
from lambdas.security.file import HomeFile
from lambdas.security.model import Silence, SilentHome
from lambdas.security.words import ALARMS, SIGNALS
from lambdas.shared.events import (
    AlarmAnswered,
    AlarmRaised,
    Event,
    GuardMode,
    Members,
    Notice,
    NoticeKind,
    PictureAsked,
    Sentence,
    StaffGroup,
)
from lambdas.shared.household import Contract, Feature, Home

NEEDS: Mapping[AlarmKind, Feature] = {
    "fire": "fire",
    "gas": "gas",
    "emergency": "emergency",
    "duress": "emergency",
    "intrusion": "intrusion",
    "tamper": "intrusion",
    "jamming": "intrusion",
    "life_rhythm": "life-rhythm",
    "water": "water",
    "premises": "outdoor-images",
}
"""What must have been bought for somebody to be sent (AL-02, AL-03, AL-05, AL-08)."""

COMPANY: Feature = "company-monitored"
"""Whether the centre watches (オンライン); otherwise the customers do (セルフ)."""

TROUBLES = frozenset(
    {
        "sensor_lost",
        "jamming",
        "battery_low",
        "radio_weak",
        "radio_lost",
        "power_lost",
        "controller_battery_low",
        "locked",
        "lte_lost",
        "test_failed",
    }
)
"""Signals that the people of the home are told of: something is to be done about it."""


class About(NamedTuple):
    """What is known where something follows. ``judged``: alarms that the cloud raised because the
    controller was silent."""

    home: Home
    file: HomeFile
    settings: PanelSettings | None
    received: datetime
    judged: Sequence[Alarm] = ()
    grave: frozenset[int] = frozenset()  # facts by which an alarm began or ended
    forced: str = ""  # the area that was disarmed under duress


class Effects(NamedTuple):
    """What follows: events for others, and the telephone call that begins."""

    events: Sequence[Event] = ()
    call: CallRun | None = None


def effects_of(one: Any, about: About) -> Effects:
    """What follows from something at a controller."""
    match one:
        case Alarm():
            return _alarm(one, about)
        case Operated():
            disarmed = one.phase == "disarmed"
            late = [a for a in about.judged if disarmed and a.area == one.area and one.at <= a.at]
            answers = [_answered(a.id, one, "in_time", about) for a in late]
            told = [_operated(one, about)] if answers or is_told(one, about) else []
            return Effects([*answers, *told])
        case Ended():
            return Effects([_answered(one.incident, one, one.how, about)])
        case Silence():
            return Effects(_silence(one, about))
        case Signal() if one.kind in TROUBLES:
            return Effects([_trouble(one, about)])
    return Effects()


def raised(one: Alarm, about: About) -> AlarmRaised:
    """An alarm as the centre hears of it."""
    contract = contract_of(about.home, NEEDS[one.kind], about.received)
    features = contract.features if contract and contract.in_force(about.received) else frozenset()
    if one.kind == "duress" and about.forced:  # so that it joins what runs there already
        one = one.model_copy(update={"area": about.forced})
    line = entry_of(one, about.settings)
    return AlarmRaised(
        signal=one.id,
        contract=contract.id if contract else f"home:{about.home.id}",
        product=contract.product if contract else "",
        home=about.home.id,
        area=one.area or "",
        area_name=line.area_name or "コントローラー",
        sensor=line.sensor,
        kind=one.kind,
        what=ALARMS[one.kind],
        mode=guard_mode(one.mode, one.monitoring),
        sold={NEEDS[one.kind], COMPANY} <= features,
        at=one.at,
        received_at=about.received,
        position=one.position,
        file=str(about.file.version) if about.file.version else "",
    )


def contract_of(home: Home, feature: Feature, now: datetime) -> Contract | None:
    """The contract by which a signal is looked after: one in force that includes it, else one that
    guards the home, else any that did."""
    of_security = [one for one in home.contracts if "intrusion" in one.features]

    def rank(one: Contract) -> tuple[bool, bool, bool, str]:
        bought = feature in one.features
        return not one.in_force(now), COMPANY not in one.features, not bought, one.id

    return min(of_security, key=rank, default=None)


def guard_mode(mode: str | None, monitoring: str | None) -> GuardMode:
    """A mode as other contexts know it."""
    known: Mapping[tuple[str | None, str | None], GuardMode] = {
        ("away", "company"): "away-company",
        ("home", "company"): "home-company",
        ("away", "self"): "away-self",
        ("home", "self"): "home-self",
    }
    return known.get((mode, monitoring), "off")


def call_of(one: Alarm, about: About) -> CallRun:
    """The calls by which a self-monitored home tells its people (AL-16)."""
    line = entry_of(one, about.settings)
    people = tuple(Person(name=p.name, phone=p.phone) for p in about.file.contacts)
    return CallRun(
        id=one.incident,
        home=about.home.id,
        home_name=about.home.name,
        kind=one.kind,
        where=" ".join(part for part in (line.area_name, line.sensor) if part),
        at=one.at,
        begun=about.received,
        people=people,
    )


def _alarm(one: Alarm, about: About) -> Effects:
    wanted = _picture_asked(one, about)
    if one.report == "company":
        # Whoever forced somebody may read the family's mail: of duress only the centre hears.
        told = [] if one.kind == "duress" else [_alarm_notice(one, about)]
        return Effects([*wanted, raised(one, about), *told])
    if one.report == "self":
        return Effects([*wanted, _alarm_notice(one, about)], call_of(one, about))
    return Effects()  # 在宅セルフ: the siren, and nobody afar (AL-18)


def _picture_asked(one: Alarm, about: About) -> list[PictureAsked]:
    picture = picture_of(one, about.settings)
    if picture is None or NEEDS["premises"] not in about.home.features(about.received):
        return []
    return [
        PictureAsked(
            picture=picture.id,
            home=about.home.id,
            thing=picture.camera,
            at=one.at,
            received_at=about.received,
        )
    ]


def _answered(
    signal: str,
    one: Operated | Ended,
    how: Literal["aborted", "disarmed", "in_time"],
    about: About,
) -> AlarmAnswered:
    actor = one.actor
    return AlarmAnswered(
        signal=signal,
        home=about.home.id,
        how=how,
        who=actor.name if actor else "",
        means=by_whom(actor).ja if actor else "",
        at=one.at,
    )


def _alarm_notice(one: Alarm, about: About) -> Notice:
    line = entry_of(one, about.settings)
    return Notice(
        id=f"security/{one.id}",
        kind=NoticeKind("security.alarm"),
        rule="AL-49",
        at=one.at,
        audience=Members(home=about.home.id),
        home=about.home.id,
        urgent=True,
        values={
            "alarm": ALARMS[one.kind],
            "where": " ".join(part for part in (line.area_name, line.sensor) if part),
            "mode": mode_words(one.mode, one.monitoring) if one.mode else "",
            "happened": one.at.isoformat(),
            "company": "yes" if one.report == "company" else "",
        },
    )


def is_told(one: Operated, about: About) -> bool:
    """Whether an operation is news (AL-49). That an exit time is over is none: it was told when it
    was armed. What a key or code does every day the family may have said not to be told of; never
    what belongs to an alarm, or leaves a sensor out."""
    if one.phase == "armed" and one.mode == "away":
        return False
    actor = one.actor
    quiet = actor is not None and actor.key is not None and actor.key in about.file.quiet
    return not quiet or bool(one.bypassed) or one.number in about.grave


def _operated(one: Operated, about: About) -> Notice:
    line = entry_of(one, about.settings)
    return Notice(
        id=f"security/{one.id}",
        kind=NoticeKind("security.operated"),
        rule="AL-49",
        at=one.at,
        audience=Members(home=about.home.id),
        home=about.home.id,
        urgent=True,
        values={
            "happened": one.at.isoformat(),
            "who": line.who,
            "means": by_whom(one.actor) if one.actor else "",
            "what": line.said,
        },
    )


def _trouble(one: Signal, about: About) -> Notice:
    line = entry_of(one, about.settings)
    return Notice(
        id=f"security/{one.id}",
        kind=NoticeKind("security.trouble"),
        rule="AL-58" if one.kind == "radio_weak" else "AL-49",
        at=one.at,
        audience=Members(home=about.home.id),
        home=about.home.id,
        values={"what": SIGNALS[one.kind], "where": line.sensor, "happened": one.at.isoformat()},
    )


def _silence(one: Silence, about: About) -> list[Notice]:
    """The people of the home learn that a controller is silent, or back. The centre has a list of
    silent homes and one mail an hour while new ones come: a town without power is one mail."""
    members, centre = Members(home=about.home.id), StaffGroup(group="dispatch")
    silent = one.what == "silent"
    kind = NoticeKind("security.silent") if silent else NoticeKind("security.back")
    ids = {members: f"security/{one.id}/members", centre: f"security/silent/{one.at:%Y%m%dT%H}"}
    asks = silent and COMPANY in about.home.features(about.received)
    return [
        Notice(
            id=ids[audience],
            kind=kind,
            rule="AL-62",
            at=one.at,
            audience=audience,
            home=about.home.id,
            urgent=one.armed,
            values={
                "heard": one.heard_at.isoformat(),
                "happened": one.at.isoformat(),
                "armed": "yes" if one.armed else "",
                "centre": "yes" if audience is centre else "",
            },
        )
        for audience in (members, *([centre] if asks else []))
    ]


def waiting_notice(late: Sequence[SilentHome], now: datetime) -> Notice:
    """Staff learns, once an hour, that silent homes should have been phoned by now."""
    return Notice(
        id=f"security/silent-waiting/{now:%Y%m%dT%H}",
        kind=NoticeKind("security.silent_waiting"),
        rule="AL-62",
        at=now,
        audience=StaffGroup(group="dispatch"),
        urgent=True,
        values={"count": str(len(late)), "armed": str(sum(one.silence.armed for one in late))},
    )


def differs_notice(home: Home, thing: str, said: str, now: datetime) -> Notice:
    """Staff learns that a controller says otherwise than its facts."""
    return Notice(
        id=f"security/{thing}/differs/{said}",
        kind=NoticeKind("security.differs"),
        rule="G-07",
        at=now,
        audience=StaffGroup(group="dispatch"),
        home=home.id,
        subject=thing,
        urgent=True,
        values={"said": said},
    )


def not_reached_notice(run: CallRun, now: datetime) -> Notice:
    """The people of a self-monitored home learn that nobody took the calls."""
    return Notice(
        id=f"security/{run.id}/not-reached",
        kind=NoticeKind("security.not_reached"),
        rule="AL-16",
        at=now,
        audience=Members(home=run.home),
        home=run.home,
        urgent=True,
        values={
            "alarm": ALARMS[run.kind],
            "where": run.where,
            "happened": run.at.isoformat(),
            "called": Sentence(
                ja="、".join(one.name for one in run.people) or "（ご登録なし）",
                en=", ".join(one.name for one in run.people) or "(nobody is registered)",
            ),
        },
    )
