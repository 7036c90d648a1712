"""What the panel says, in Japanese or English (AL-55): by voice, and why something is not done."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from iot.messages.panel_settings import Mode, Monitoring, PanelSettings
from iot.panel.outcomes import Alarm, AnyOutcome, Ended, Obstacle, Operated, Refused, Signal

Language = Literal["ja", "en"]


class Words(NamedTuple):
    """A sentence in both languages."""

    ja: str
    en: str

    def of(self, language: Language) -> str:
        """The sentence in one of them."""
        return self.ja if language == "ja" else self.en


MODES: Mapping[tuple[Mode, Monitoring], Words] = {
    ("away", "company"): Words("外出ALSOK警備", "away, watched by ALSOK"),
    ("home", "company"): Words("在宅ALSOK警備", "at home, watched by ALSOK"),
    ("away", "self"): Words("外出セルフ警備", "away, watched by yourself"),
    ("home", "self"): Words("在宅セルフ警備", "at home, watched by yourself"),
}

OBSTACLES: Mapping[str, Words] = {
    "open": Words("{sensor}が開いています。", "{sensor} is open."),
    "lost": Words("{sensor}と通信できません。", "{sensor} cannot be reached."),
    "tampered": Words("{sensor}のカバーが開いています。", "The cover of {sensor} is open."),
    "danger": Words("{sensor}が異常を検知しています。", "{sensor} reports a danger."),
    "in_test": Words("作動テスト中です。", "A test is running."),
    "not_tested": Words(
        "作動テストに合格するまで警備を開始できません。",
        "Guarding begins after a passed test.",
    ),
    "no_company": Words(
        "ご契約にALSOK警備が含まれていません。", "Your contract is not watched by ALSOK."
    ),
    "entry_time": Words(
        "解除待ちです。先に解除してください。", "The entry time is running: disarm first."
    ),
    "alarm": Words("警報中です。先に解除してください。", "There is an alarm: disarm first."),
    "already_armed": Words("すでに警備中です。", "It is armed already."),
    "not_permitted": Words("この方法では操作できません。", "This cannot be done from there."),
    "locked": Words(
        "暗証番号の誤りが続いたため、しばらく操作できません。",
        "Too many wrong codes: please wait.",
    ),
    "unknown_area": Words("区画「{area}」はありません。", "There is no area {area}."),
    "not_bypassable": Words("{sensor}は除外できません。", "{sensor} cannot be left out."),
    "flat": Words(
        "停電中で、電池も残りわずかです。", "There is no mains power and the battery is low."
    ),
    "radio": Words("センサーの電波を受信できません。", "The radio of the sensors does not work."),
    "not_configured": Words("まだ設定されていません。", "It is not set up yet."),
    "armed": Words("{area}が警備中です。", "{area} is armed."),
}
"""Why something is not done."""

ALARMS: Mapping[str, Words] = {
    "fire": Words("火災です。{sensor}が検知しました。", "Fire. {sensor} noticed it."),
    "gas": Words("ガス漏れです。{sensor}が検知しました。", "Gas. {sensor} noticed it."),
    "water": Words("水漏れです。{sensor}が検知しました。", "Water. {sensor} noticed it."),
    "intrusion": Words(
        "{sensor}が異常を検知しました。解除してください。",
        "{sensor} noticed an intrusion. Please disarm.",
    ),
    "premises": Words("敷地内に人がいます。警備中です。", "You are on guarded premises."),
    "tamper": Words("機器の異常を検知しました。", "A device was tampered with."),
    "jamming": Words("通信の妨害の可能性があります。", "The radio may be jammed."),
    "emergency": Words("非常通報しました。", "The emergency was reported."),
    "life_rhythm": Words(
        "しばらく動きがありません。お変わりありませんか。",
        "There was no movement for a while. Are you well?",
    ),
}
CENTRE = Words("ガードセンターから確認のお電話をします。", "The guard centre will call you.")
SPOKEN: Mapping[str, Words] = {
    "arming": Words(
        "{mode}を開始します。{seconds}秒以内に外出してください。",
        "Arming, {mode}. Please leave within {seconds} seconds.",
    ),
    "armed": Words("{mode}を開始しました。", "Armed, {mode}."),
    "disarmed": Words("警備を解除しました。", "Disarmed."),
    "entry": Words(
        "おかえりなさい。{seconds}秒以内に解除してください。",
        "Welcome home. Please disarm within {seconds} seconds.",
    ),
    "aborted": Words("警報を取り消しました。", "The alarm was taken back."),
    "wrong_code": Words("暗証番号が違います。", "The code is wrong."),
    "power_lost": Words("停電です。電池で動いています。", "Power is out; running on the battery."),
    "battery_low": Words("{sensor}の電池が残りわずかです。", "The battery of {sensor} is low."),
    "test_passed": Words("作動テストに合格しました。", "The test is passed."),
    "test_failed": Words("作動テストに合格していません。", "The test is not passed."),
}


def obstacle(one: Obstacle, settings: PanelSettings | None, language: Language) -> str:
    """Why something is not done, as a sentence."""
    return OBSTACLES[one.why].of(language).format(**_names(one.area, one.sensor, settings))


def spoken(
    outcomes: Iterable[AnyOutcome], settings: PanelSettings | None, language: Language
) -> list[str]:
    """What the controller says aloud of what just happened."""
    return [said for one in outcomes for said in _said(one, settings, language)]


def entry(seconds: int, language: Language) -> str:
    """What is said when somebody comes in."""
    return SPOKEN["entry"].of(language).format(seconds=seconds)


def _said(one: AnyOutcome, settings: PanelSettings | None, language: Language) -> list[str]:
    match one:
        case Alarm(loud=True):
            names = _names(one.area, one.sensor, settings)
            called = [CENTRE.of(language)] if one.report == "company" else []
            return [ALARMS[one.kind].of(language).format(**names), *called]
        case Operated():
            mode = (
                MODES[one.mode, one.monitoring].of(language) if one.mode and one.monitoring else ""
            )
            area = settings.area(one.area) if settings else None
            seconds = area.times.exit if area else 0
            return [SPOKEN[one.phase].of(language).format(mode=mode, seconds=seconds)]
        case Refused():
            return [obstacle(each, settings, language) for each in one.obstacles]
        case Ended(how="aborted"):
            return [SPOKEN["aborted"].of(language)]
        case Signal() if one.kind in SPOKEN:
            names = _names(one.area, one.sensor, settings)
            return [SPOKEN[one.kind].of(language).format(**names)]
    return []


def _names(area: str | None, sensor: str | None, settings: PanelSettings | None) -> dict[str, str]:
    found = settings.sensor(sensor) if settings and sensor else None
    place = settings.area(area) if settings and area else None
    return {
        "sensor": found.label if found else sensor or "",
        "area": place.name if place else area or "",
    }
