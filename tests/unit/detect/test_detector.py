"""The verdict over a burst: it agrees with the device's gate and says why."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import cv2
import pytest

from iot.agent.camera.gate import EpisodeRecorder, Happening, Shots
from iot.messages.camera import Zone
from iot.scene import FPS, Scene
from iot.vision.burst import BadFrames, Manifest, pack, unpack, unpack_any
from iot.vision.motion import How
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import BurstDetector, Detector, Frames
from lambdas.detect.verdict import Kind, Reason, Verdict
from tests.unit.detect.watching import EMPTY, LAMP, LAMP_AND_VISIT, VISITS, jpegs

DETECTOR: Detector = BurstDetector()
BEGIN = datetime(2026, 11, 22, tzinfo=UTC)


def judge(scene: Scene, *frames: int) -> Verdict:
    """The verdict over these frames of a scene, the first as reference, by way of the object."""
    manifest = Manifest(
        episode=BEGIN,
        seq=0,
        captured=tuple(BEGIN + timedelta(seconds=i / FPS) for i in frames),
        mode="guard",
    )
    burst = unpack(pack(manifest, [jpegs(scene)[i] for i in frames]))
    return DETECTOR.judge(Frames.of(burst), CameraSettings())


def bursts(scene: Scene) -> list[Shots]:
    """What the device's gate would upload of a scene."""
    gate = EpisodeRecorder()
    happenings: list[Happening] = []
    for i, picture in enumerate(scene.frames()):
        happenings += gate.update(BEGIN + timedelta(seconds=i / FPS), picture)[1]
    return [one for one in [*happenings, *gate.finish()] if isinstance(one, Shots)]


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(VISITS, id="visits", marks=pytest.mark.slow),
        pytest.param(LAMP_AND_VISIT, id="with lamp"),
    ],
)
def test_it_agrees_with_the_gate_on_every_burst(scene: Scene) -> None:
    sent = bursts(scene)
    assert {one.seq for one in sent} >= {0, 1}
    for one in sent:
        shots = [one.reference, *one.moving]
        encoded = tuple(cv2.imencode(".jpg", shot.picture)[1].tobytes() for shot in shots)
        seconds = tuple((shot.at - shots[0].at).total_seconds() for shot in shots)
        verdict = DETECTOR.judge(Frames(encoded, seconds), CameraSettings())
        assert verdict.kind == one.peak.kind
        if verdict.kind == "light":
            continue
        assert 0.5 < verdict.level / max(shot.level for shot in one.moving) < 2


def test_it_agrees_with_the_gate_on_the_empty_room_and_the_lamp() -> None:
    assert bursts(EMPTY) == []
    assert [one.peak.kind for one in bursts(LAMP)] == ["light"]
    assert judge(EMPTY, 0, 20, 40, 59).kind == "none"
    lit = judge(LAMP, 0, 20, 25, 30)
    assert lit.kind == "light"
    assert lit.reason.light > 0.1
    assert lit.score > 0.5
    assert judge(LAMP, 50, 60, 65, 70).reason.light < -0.1


def test_somebody_is_seen_although_the_camera_adapts_to_them() -> None:
    dimmed = replace(VISITS, exposure=((4, 1), (5, 0.75)))
    assert judge(dimmed, 10, 50, 51, 52).kind == "motion"
    assert judge(dimmed, 10, 130, 131, 132).kind == "light"


def test_a_verdict_says_what_where_and_why() -> None:
    verdict = judge(VISITS, 10, 60, 70, 80)
    assert verdict.detector == "motion/3"
    assert 0.5 < verdict.score < 1
    assert 0 < verdict.level < 1
    assert verdict.key_frame in (1, 2, 3)
    assert verdict.boxes[0].label == "motion"
    assert verdict.reason.seconds == 2.0
    assert verdict.reason.text("ja") == f"画面の {verdict.reason.area:.1%}".replace(
        "%", " % が 2.0 秒間動きました"
    )
    assert Verdict.model_validate_json(json.dumps(verdict.model_dump())) == verdict


def test_a_lone_picture_proves_nothing() -> None:
    frames = Frames.of(unpack_any(jpegs(VISITS)[70]))
    assert not frames.reference
    verdict = DETECTOR.judge(frames, CameraSettings())
    assert (verdict.kind, verdict.score, verdict.key_frame) == ("none", 0, 0)


def test_sensitivity_reaches_the_figures() -> None:
    low, normal, high = (
        CameraSettings(sensitivity=word).motion() for word in ("low", "normal", "high")
    )
    assert low.threshold > normal.threshold > high.threshold
    assert low.min_area > normal.min_area > high.min_area


def test_a_broken_picture_is_bad_frames() -> None:
    jpeg = jpegs(EMPTY)[0]
    with pytest.raises(BadFrames, match="corrupt-jpeg"):
        DETECTOR.judge(Frames((jpeg[:700] + jpeg[-2:],), (0.0,)), CameraSettings())


@pytest.mark.parametrize(
    ("kind", "ja", "en"),
    [
        ("none", "動きはありませんでした", "Nothing moved"),
        ("motion", "画面の 6.2 % が 1.2 秒間動きました", "6.2% of the picture moved for 1.2 s"),
        (
            "light",
            "照明が変わりました（画面が 25 % 暗くなりました）",
            "The light changed: the picture became 25% darker",
        ),
        ("camera_moved", "カメラの向きが変わりました", "The camera was moved"),
        (
            "cat",
            "猫を検知しました（画面の 6.2 %、1.2 秒間）",
            "A cat was seen (6.2% of the picture for 1.2 s)",
        ),
    ],
)
def test_reasons_are_sentences(kind: Kind, ja: str, en: str) -> None:
    reason = Reason(kind=kind, area=0.062, contrast=80, seconds=1.2, light=-0.25)
    assert reason.text("ja") == ja
    assert reason.text("en") == en


@pytest.mark.parametrize(
    ("how", "ja", "en"),
    [
        ("pushed", "カメラの向きが変わりました", "The camera was moved"),
        ("shaken", "カメラが揺れました", "The camera shook"),
        ("turned", "カメラが別の方向に向けられました", "The camera was turned away"),
        ("covered", "カメラが何かで覆われました", "Something was put over the camera"),
        ("black", "カメラの映像が真っ暗です", "The camera's picture is black"),
        ("frozen", "カメラの映像が止まっています", "The camera's picture stands still"),
        ("unsharp", "カメラのピントが合っていません", "The camera is out of focus"),
        ("no-source", "カメラの映像が届いていません", "The camera gives no pictures"),
    ],
)
def test_a_moved_or_blind_camera_says_how(how: How, ja: str, en: str) -> None:
    kind: Kind = "camera_moved" if how in ("pushed", "shaken") else "blind"
    reason = Reason(kind=kind, how=how)
    assert (reason.text("ja"), reason.text("en")) == (ja, en)


def test_a_reason_without_duration() -> None:
    reason = Reason(kind="motion", area=0.5)
    assert reason.text("ja") == "画面の 50.0 % が動きました"
    assert reason.text("en") == "50.0% of the picture moved"


def zone(use: Literal["ignore", "guard"], *points: tuple[int, int], **times: str) -> Zone:
    return Zone(use=use, points=list(points), **times)


LEFT = (0, 0), (500, 0), (500, 1000), (0, 1000)
ALL = (0, 0), (1000, 0), (1000, 1000), (0, 1000)
CORNER = (0, 0), (100, 0), (0, 100)


@pytest.mark.parametrize(
    ("zones", "kind"),
    [
        ([zone("ignore", *ALL)], "none"),
        ([zone("ignore", *CORNER)], "motion"),
        ([zone("guard", *CORNER)], "none"),
        ([zone("guard", *ALL)], "motion"),
        ([zone("guard", *ALL), zone("ignore", *ALL)], "none"),
        ([zone("ignore", *ALL, since="12:00", until="13:00")], "motion"),
        ([zone("ignore", *ALL, since="08:00", until="10:00")], "none"),
        ([zone("ignore", *ALL, since="22:00", until="09:30")], "none"),
    ],
)
def test_zones_and_their_hours(zones: list[Zone], kind: Kind) -> None:
    nine_in_japan = BEGIN  # midnight in UTC
    settings = CameraSettings.at(nine_in_japan, "normal", zones)
    shown = jpegs(VISITS)
    frames = Frames((shown[10], shown[70]), (0.0, 6.0))
    assert DETECTOR.judge(frames, settings).kind == kind


def test_what_is_half_in_a_zone_counts_by_its_other_half() -> None:
    shown = jpegs(VISITS)
    frames = Frames((shown[10], shown[70]), (0.0, 6.0))
    whole = DETECTOR.judge(frames, CameraSettings())
    half = DETECTOR.judge(frames, CameraSettings(zones=(zone("ignore", *LEFT),)))
    assert 0 < half.reason.area < whole.reason.area
    assert all(box.x >= 0.49 for box in half.boxes)
