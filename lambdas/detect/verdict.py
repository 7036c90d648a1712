"""A detector's answer: the models and sentences, which need no picture to be read."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from iot.messages.camera import How

Kind = Literal["none", "motion", "light", "camera_moved", "blind", "person", "cat", "dog", "other"]


class Value(BaseModel):
    """Base of what is compared by value."""

    model_config = ConfigDict(frozen=True)


class Box(Value):
    """Where something is: fractions 0..1 of the picture, x, y the top left corner."""

    x: float
    y: float
    w: float
    h: float
    label: Kind = "motion"
    score: float = 1.0


class Reason(Value):
    """Numbers behind a verdict, for a person to check."""

    kind: Kind
    area: float = Field(0.0, description="share of the picture that moved, 0..1")
    contrast: float = Field(0.0, description="mean change where it moved, grey levels of 255")
    seconds: float = Field(0.0, description="from the first to the last picture that shows it")
    score: float = Field(0.0, description="the network's score for who it is, 0..1; 0: not asked")
    how: How | None = Field(None, description="what became of a camera that moved or is blind")
    travelled: float = Field(0.0, description="how far it went, share of the picture")
    way: float | None = Field(None, description="how far anything went; None: not followed")
    again: bool = Field(default=False, description="stayed where something moved before")
    light: float = Field(0.0, description="brightness against the reference, 0.1 = 10 % more")

    def text(self, lang: str = "ja") -> str:
        """One sentence in Japanese, or in English for `en`."""
        return _english(self) if lang == "en" else _japanese(self)


class Verdict(Value):
    """A detector's answer for a burst. `key_frame` is the index of the frame that shows it best."""

    kind: Kind
    level: float = Field(ge=0, le=1, description="motion level, see iot.vision.motion.Motion")
    score: float = Field(ge=0, le=1, description="how sure; 0.5 is just enough")
    boxes: tuple[Box, ...] = ()
    key_frame: int = Field(0, ge=0)
    reason: Reason
    detector: str


_JAPANESE: dict[Kind, str] = {"person": "人", "cat": "猫", "dog": "犬", "other": "何か"}
_ENGLISH: dict[Kind, str] = {
    "person": "A person",
    "cat": "A cat",
    "dog": "A dog",
    "other": "Something",
}
_BLIND: dict[str, tuple[str, str]] = {
    "covered": ("カメラが何かで覆われました", "Something was put over the camera"),
    "turned": ("カメラが別の方向に向けられました", "The camera was turned away"),
    "black": ("カメラの映像が真っ暗です", "The camera's picture is black"),
    "frozen": ("カメラの映像が止まっています", "The camera's picture stands still"),
    "unsharp": ("カメラのピントが合っていません", "The camera is out of focus"),
    "no-source": ("カメラの映像が届いていません", "The camera gives no pictures"),
}


def _japanese(reason: Reason) -> str:
    share = f"画面の {reason.area:.1%}".replace("%", " %")
    during = f"{reason.seconds:.1f} 秒間" if reason.seconds else ""
    match reason.kind:
        case "none":
            return "動きはありませんでした"
        case "motion":
            return f"{share} が {during}動きました" if during else f"{share} が動きました"
        case "light":
            change = f"{abs(reason.light):.0%}".replace("%", " %")
            turned = "明るく" if reason.light > 0 else "暗く"
            return f"照明が変わりました（画面が {change} {turned}なりました）"
        case "blind":
            return _BLIND[reason.how or "no-source"][0]
        case "camera_moved" if reason.how == "shaken":
            return "カメラが揺れました"
        case "camera_moved":
            return "カメラの向きが変わりました"
    sure = f"確信度 {reason.score:.0%}".replace("%", " %") if reason.score else ""
    details = "、".join(filter(None, [share, during, sure]))
    return f"{_JAPANESE[reason.kind]}を検知しました（{details}）"


def _english(reason: Reason) -> str:
    share = f"{reason.area:.1%} of the picture"
    during = f" for {reason.seconds:.1f} s" if reason.seconds else ""
    match reason.kind:
        case "none":
            return "Nothing moved"
        case "motion":
            return f"{share} moved{during}"
        case "light":
            turned = "brighter" if reason.light > 0 else "darker"
            return f"The light changed: the picture became {abs(reason.light):.0%} {turned}"
        case "blind":
            return _BLIND[reason.how or "no-source"][1]
        case "camera_moved" if reason.how == "shaken":
            return "The camera shook"
        case "camera_moved":
            return "The camera was moved"
    sure = f", score {reason.score:.2f}" if reason.score else ""
    return f"{_ENGLISH[reason.kind]} was seen ({share}{during}{sure})"
