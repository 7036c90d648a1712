"""Small pictures of a room, and bursts of them, as cameras upload them."""

from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import cv2
import numpy as np

from iot.vision.burst import Manifest, pack

WIDTH, HEIGHT = 320, 240

What = Literal["room", "visit", "near-visit", "lamp"]


@cache
def picture(what: What, shift: int = 0) -> bytes:
    """The room, with somebody in it (further or nearer), or with a lamp lit."""
    rng = np.random.default_rng(7)
    room = cv2.GaussianBlur(rng.integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8), (0, 0), 2)
    seen = np.clip((room.astype(np.float32) - 127) * 4 + 110, 20, 200)
    if what == "lamp":
        seen *= np.linspace(1.0, 1.9, WIDTH, dtype=np.float32)[None, :]
    if what.endswith("visit"):
        size = 2 if what == "near-visit" else 1
        x, y, w, h = 120 + shift, 60, 30 * size, 70 * size
        person = rng.integers(0, 2, (h, w)).astype(np.float32) * 235
        seen[y : y + h, x : x + w] = cv2.GaussianBlur(person, (0, 0), 1.5)
    return cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8))[1].tobytes()


def burst(
    *what: What,
    episode: datetime,
    seq: int = 0,
    purpose: Literal["motion", "snapshot"] = "motion",
    command: str | None = None,
) -> bytes:
    """A burst of these pictures, the empty room first, half a second apart from ``episode`` on."""
    shown: list[What] = ["room", *what]
    captured = tuple(episode + timedelta(seconds=0.5 * i - 0.5) for i in range(len(shown)))
    manifest = Manifest(
        episode=episode,
        seq=seq,
        captured=captured,
        mode="guard",
        purpose=purpose,
        command=command,
    )
    return pack(manifest, [picture(one, 4 * i) for i, one in enumerate(shown)])
