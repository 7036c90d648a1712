"""Scenes rendered once, and what the device makes of them."""

from functools import cache

from iot.scene import DEMO, FPS, Scene, Visit
from iot.vision.episodes import Episode, Episodes
from iot.vision.motion import Motion, MotionDetector, Settings, decode

WIDTH = 640
VISITS = Scene(seconds=DEMO.seconds, visits=DEMO.visits, width=WIDTH)
EMPTY = Scene(seconds=6, width=WIDTH, noise=8)
LAMP = Scene(seconds=9, width=WIDTH, lamp=((2, True), (6, False)))
LAMP_AND_VISIT = Scene(
    seconds=12, width=WIDTH, visits=(Visit(start=2, stay=1),), lamp=((2.2, True), (5, False))
)


@cache
def jpegs(scene: Scene) -> tuple[bytes, ...]:
    """A scene as a camera sends it."""
    return tuple(scene.jpegs())


def watch(scene: Scene, settings: Settings | None = None) -> tuple[list[Motion], list[Episode]]:
    """Motion of every picture, and the episodes."""
    detector, episodes = MotionDetector(settings), Episodes()
    motions, found = [], []
    for i, jpeg in enumerate(jpegs(scene)):
        motions.append(detector.update(decode(jpeg), i / FPS))
        step = episodes.step(i / FPS, motions[-1])
        found += [step.ended] if step.ended else []
    last = episodes.close().ended
    return motions, found + ([last] if last else [])
