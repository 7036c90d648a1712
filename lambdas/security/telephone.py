"""What is said and done on the telephone of a self-monitored home (AL-17, A-11): one may ask how it
stands and arm, never disarm. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from iot.messages.panel_settings import Mode, Monitoring
from iot.panel.permissions import PERMISSIONS
from iot.panel.state import Panel
from iot.panel.words import MODES

MENU: Mapping[str, tuple[Mode, Monitoring]] = {"1": ("away", "company"), "2": ("away", "self")}
"""What each key arms. There is no key that disarms (A-11)."""

assert set(MENU.values()) <= PERMISSIONS["telephone"].arms
assert not PERMISSIONS["telephone"].disarms

STATES = {
    "disarmed": "解除",
    "arming": "外出の準備中",
    "armed": "警備中",
    "pending": "警備中、解除待ち",
    "triggered": "警報中",
}


class Reply(NamedTuple):
    """What is said, and whether a key is waited for."""

    say: str
    waits: bool = False
    arms: tuple[Mode, Monitoring] | None = None


def status(panel: Panel | None) -> Reply:
    """How the home stands; where it is not armed, what may be armed."""
    if panel is None or panel.settings is None:
        return Reply("コントローラーがまだ設定されていません。")
    names = {area.id: area.name for area in panel.settings.areas}
    said = []
    for id, area in panel.areas.items():
        mode = MODES[area.mode, area.monitoring].ja if area.mode and area.monitoring else ""
        said.append(f"{names[id]}は、{mode}{STATES[area.phase]}")
    words = "。".join(said) + "です。"
    if any(area.armed for area in panel.areas.values()):
        return Reply(words)
    company = "外出ALSOK警備を開始するときは1を、" if panel.settings.company else ""
    return Reply(f"{words}{company}外出セルフ警備を開始するときは2を押してください。", waits=True)


def pressed(panel: Panel | None, key: str) -> Reply:
    """What comes of a key."""
    known = status(panel)
    wanted = MENU.get(key) if known.waits else None
    if wanted is None or panel is None or panel.settings is None:
        return known
    if wanted[1] == "company" and not panel.settings.company:
        return known
    return Reply(f"{MODES[wanted].ja}の開始を送りました。", arms=wanted)


def refused(why: Literal["unknown", "code"]) -> Reply:
    """Who is not known, or does not know the code."""
    if why == "unknown":
        return Reply("ご登録のない電話番号です。")
    return Reply("暗証番号が違います。")
