"""Who is it? A small network finds people, cats and dogs in a colour picture.

An SSD with a MobileNetV2 behind it (300 x 300 pixels, 23 classes of Open Images), from MediaPipe's
Objectron, Apache-2.0 (models/build.py brings it). It leaves the decoding of its boxes to the
caller: each is told as an offset to an anchor, in the order and sizes that TensorFlow's SSD anchor
generator lays out.

The runtime is LiteRT: a third of the time of OpenCV's own, whose importer also garbles the boxes of
this network. It is loaded with the first picture that needs it.
"""

import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Colour = npt.NDArray[np.uint8]  # height x width x 3, BGR
Real = npt.NDArray[np.float32]
Who = Literal["person", "cat", "dog"]

SIDE = 300
_CLASSES: dict[int, Who] = {4: "person", 8: "cat", 20: "dog"}
"""Columns of the network's answer; 0 stands for nothing."""
_GRIDS = (19, 10, 5, 3, 2, 1)
_FILE = "model/detector.tflite"
_PLACES = (
    Path("/opt"),  # the layer
    Path(__file__).parents[2] / "build",
    Path(sys.prefix).parent / "build",  # of the environment that runs the local cloud
)


looks = 0
"""How often it ran in this process, for measuring."""


class Detection(NamedTuple):
    """Somebody in the picture. x, y, w, h: fractions 0..1 of it, x, y the top left corner."""

    who: Who
    score: float
    x: float
    y: float
    w: float
    h: float


class NoNetwork(Exception):
    """The network does not run here."""


def detect(picture: Colour, least: float) -> list[Detection]:
    """Everybody found with a score of at least ``least``, the surest first. Raises NoNetwork."""
    global looks
    looks += 1
    # Averages where pixels are left out; enlarging by them would show the network steps.
    way = cv2.INTER_AREA if min(picture.shape[:2]) >= SIDE else cv2.INTER_CUBIC
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=way)
    tensor = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32)[None] / 127.5 - 1
    network = _loaded()
    if isinstance(network, str):
        raise NoNetwork(network)
    network.set_tensor(network.get_input_details()[0]["index"], tensor)
    network.invoke()
    offsets, logits = (network.get_tensor(one["index"])[0] for one in network.get_output_details())
    scores = np.asarray(1 / (1 + np.exp(-logits)), np.float32)
    boxes = _boxes(np.asarray(offsets, np.float32))
    found = [
        one
        for column, who in _CLASSES.items()
        for one in _best(who, scores[:, column], boxes, least)
    ]
    return sorted(found, key=lambda one: -one.score)


def available() -> bool:
    """Whether the network runs here."""
    return not missing()


def missing() -> str:
    """Why the network does not run here: its file is not there, or its runtime does not load; else
    empty."""
    loaded = _loaded()
    return loaded if isinstance(loaded, str) else ""


def _best(who: Who, scores: Real, boxes: Real, least: float) -> Iterator[Detection]:
    """The boxes of one class that do not lie over a surer one."""
    sure = np.flatnonzero(scores >= least)
    if not len(sure):
        return
    kept = cv2.dnn.NMSBoxes(boxes[sure].tolist(), scores[sure].tolist(), least, 0.5)
    for i in np.asarray(kept, np.int64).ravel():
        x, y, w, h = np.clip(_corners(boxes[sure[i]]), 0, 1).tolist()
        yield Detection(who, float(scores[sure[i]]), x, y, w - x, h - y)


def _corners(box: Real) -> Real:
    return np.array([box[0], box[1], box[0] + box[2], box[1] + box[3]], np.float32)


def _boxes(offsets: Real) -> Real:
    """Rows of x, y, w, h out of rows of offsets (down, right, height, width) to the anchors."""
    anchors = _anchors()
    size = anchors[:, 2:] * np.exp(offsets[:, [3, 2]] / 5)
    centre = anchors[:, :2] + offsets[:, [1, 0]] / 10 * anchors[:, 2:]
    return np.concatenate([centre - size / 2, size], axis=1)


@cache
def _anchors() -> Real:
    """Rows of centre x, y and width, height: 1917 of them, on six grids."""
    scales = [*np.linspace(0.2, 0.95, len(_GRIDS)).tolist(), 1.0]
    rows = []
    for (scale, larger), cells in zip(pairwise(scales), _GRIDS, strict=True):
        shapes = [(scale, ratio) for ratio in (1, 2, 1 / 2, 3, 1 / 3)]
        shapes.append(((scale * larger) ** 0.5, 1))
        if cells == _GRIDS[0]:
            shapes = [(0.1, 1), (scale, 2), (scale, 1 / 2)]
        for y in range(cells):
            for x in range(cells):
                for size, ratio in shapes:
                    side = ratio**0.5
                    rows.append(((x + 0.5) / cells, (y + 0.5) / cells, size * side, size / side))
    return np.array(rows, np.float32)


def _file() -> Path | None:
    return next((place / _FILE for place in _PLACES if (place / _FILE).exists()), None)


@cache
def _loaded() -> Any:
    """The network, ready to run on one thread, or why there is none: tried once a process, for it
    takes half a second."""
    file = _file()
    if file is None:
        return f"{_FILE} is not there"
    try:
        from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]

        network = Interpreter(model_path=str(file), num_threads=1)
        network.allocate_tensors()
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        # A system whose C library is older than the runtime's wheel asks for, or a broken file.
        return f"{type(error).__name__}: {error}"
    return network
