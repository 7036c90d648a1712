"""Who moved? The network looks where something moved, and only there.

Up to three of a burst's pictures are looked at, the strongest first, until the answer is sure;
where it is faint, closer. What is found beside the motion does not count: a painting of a cat is
no cat. A person outweighs a pet, for a household's sake: what is taken for a person is told, what
is taken for a pet may not be. Which pet it is, all pictures say together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Literal, NamedTuple

import cv2
import numpy as np

from iot.vision import jpeg as jpeg_file
from iot.vision.jpeg import BadFrames
from iot.vision.motion import Box, Motion
from iot.vision.network import Colour, Detection, detect

PERSON, PET = 0.3, 0.35
"""Scores from which it is one."""
SURE = 0.55
CLEAR = 0.45
"""A person less clear than this must be seen in two pictures, where there are two, …"""
TOGETHER = 0.6
"""… whose scores add up to so much."""
CLOSER = 0.4
"""What is less clear than this is looked at closer."""
FAINT = 0.2
"""From this score on it is worth a closer look, where nothing is clear."""
PICTURES = 3
KNOWN = 0.75
"""Of the score, from which it was there before."""

_MARGIN = 0.4  # of a region's longer side, on each of its sides: the network wants surroundings
_LEAST_SIDE = 100  # pixels of a region, a third of the network's own side
_WIDE = 640  # pixels to which pictures are reduced while decoding, about
_SMALL, _LOW, _SLOW, _FLAT = 0.03, 0.5, 0.2, 1.4
"""A cleaning robot: share of the picture, where its top is at least, widths of the picture in a
second, its width to its height."""


class Glance(NamedTuple):
    """A picture in which something moved, at so many seconds."""

    jpeg: bytes
    seconds: float
    motion: Motion


Kind = Literal["person", "cat", "dog", "other"]


class Found(NamedTuple):
    """Who moved, how sure, and where, in the picture of this index."""

    kind: Kind
    score: float
    picture: int
    seen: tuple[Detection, ...]


Look = Callable[[Colour, float], list[Detection]]


def who(
    glances: Sequence[Glance],
    look: Look = detect,
    room: bytes | None = None,
    *,
    more: bool = False,
) -> Found | None:
    """Who moved in these pictures; None where that cannot be said. ``room``: a picture of the room
    before, where there is one. ``more``: others will follow, so that a single picture need not
    decide. Raises BadFrames, NoNetwork."""
    order = sorted(range(len(glances)), key=lambda i: -glances[i].motion.level)
    persons: list[Found] = []
    pets: list[Found] = []
    for i in order[:PICTURES]:
        seen = seen_in(glances[i], look)
        if room is not None and seen:
            seen = new_beside(seen, room, look)
        persons += _of("person", PERSON, i, seen)
        pets += [*_of("cat", PET, i, seen), *_of("dog", PET, i, seen)]
        if persons and persons[-1].score >= SURE:
            break
    surest = sorted(persons, key=lambda one: -one.score)[:2]
    lone = len(glances) == 1 and not more
    together = sum(one.score for one in surest)
    if surest and (lone or surest[0].score >= CLEAR or together >= TOGETHER):
        return surest[0]
    if pets:
        total = Counter[Kind]()
        for one in pets:
            total[one.kind] += one.score  # type: ignore[assignment]
        kind = max(total, key=lambda kind: total[kind])
        return max((one for one in pets if one.kind == kind), key=lambda one: one.score)
    return Found("other", 0.5, order[0], ()) if glances and _robot(glances) else None


def seen_in(glance: Glance, look: Look = detect) -> list[Detection]:
    """Everybody who moves in a picture."""
    picture = _decode(glance.jpeg)
    height, width = picture.shape[:2]
    found: list[Detection] = []
    for region in regions(glance.motion.boxes, width, height):
        first = _looked(picture, region, look)
        found += first
        if first and first[0].score < CLOSER:
            for one in first[:2]:
                found += _looked(picture, _about(Box(*one[2:]), width, height), look)
    moving = [one for one in found if _covered(one, glance.motion.boxes) >= 0.2]
    return [one for one in moving if not any(_outdone(one, other) for other in moving)]


def new_beside(seen: Sequence[Detection], room: bytes, look: Look = detect) -> list[Detection]:
    """Those who were not there before: what looks like a person in the empty room as well is a coat
    or a picture on the wall."""
    before = _decode(room)
    height, width = before.shape[:2]
    new = []
    for one in seen:
        place = Box(*one[2:])
        known = _looked(before, _about(place, width, height), look)
        if not any(
            other.who == one.who
            and other.score >= KNOWN * one.score
            and _covered(one, [Box(*other[2:])]) >= 0.5
            for other in known
        ):
            new.append(one)
    return new


def _looked(picture: Colour, region: tuple[int, int, int, int], look: Look) -> list[Detection]:
    """What is found in a region, in fractions of the whole picture."""
    x, y, w, h = region
    return [_in_whole(one, region, picture) for one in look(picture[y : y + h, x : x + w], FAINT)]


def _outdone(person: Detection, pet: Detection) -> bool:
    """Whether what looks like a person looks much more like a pet."""
    return (
        person.who == "person" != pet.who
        and pet.score >= person.score + 0.2
        and _covered(person, [Box(*pet[2:])]) >= 0.5
    )


def regions(boxes: Sequence[Box], width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Where to look, as x, y, width, height in pixels: about the largest thing and what is near it,
    and about the next when that lies elsewhere."""
    left = list(boxes[:6])
    found: list[tuple[int, int, int, int]] = []
    while left and len(found) < 2:
        region = _about(left.pop(0), width, height)
        near = [box for box in left if _touches(box, region, width, height)]
        if near:
            region = _about(
                _union([_fraction(region, width, height, _MARGIN), *near]), width, height
            )
        left = [box for box in left if not _touches(box, region, width, height)]
        found.append(region)
    return found


def _of(kind: Kind, least: float, picture: int, seen: Sequence[Detection]) -> list[Found]:
    """Those of a kind in a picture, as one answer, or none."""
    same = tuple(one for one in seen if one.who == kind and one.score >= least)
    return [Found(kind, max(one.score for one in same), picture, same)] if same else []


def _robot(glances: Sequence[Glance]) -> bool:
    """Small, low and slow in every picture, and flat in most."""
    boxes = [glance.motion.boxes[0] for glance in glances]
    if any(
        glance.motion.area > _SMALL or box.y < _LOW
        for glance, box in zip(glances, boxes, strict=True)
    ):
        return False
    size = jpeg_file.size(glances[0].jpeg)
    if median(box.w * size.width / (box.h * size.height) for box in boxes) < _FLAT:
        return False
    took = glances[-1].seconds - glances[0].seconds
    first, last = boxes[0], boxes[-1]
    return abs(last.x + last.w / 2 - (first.x + first.w / 2)) <= _SLOW * took


def _decode(jpeg: bytes) -> Colour:
    """The picture in colour, reduced to 640 pixels or more where it is wide enough."""
    width = jpeg_file.size(jpeg).width
    flag = cv2.IMREAD_COLOR
    if width >= 4 * _WIDE:
        flag = cv2.IMREAD_REDUCED_COLOR_4
    elif width >= 2 * _WIDE:
        flag = cv2.IMREAD_REDUCED_COLOR_2
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flag)
    if picture is None:
        raise BadFrames("corrupt-jpeg", "cannot be decoded")
    return np.asarray(picture, np.uint8)


def _about(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """A square about a box, as far as it is inside the picture."""
    wide, tall = box.w * width, box.h * height
    side = max(max(wide, tall) * (1 + 2 * _MARGIN), _LEAST_SIDE)
    x, y = box.x * width + wide / 2 - side / 2, box.y * height + tall / 2 - side / 2
    x, y = max(0, min(x, width - side)), max(0, min(y, height - side))
    return int(x), int(y), int(min(side, width)), int(min(side, height))


def _fraction(region: tuple[int, int, int, int], width: int, height: int, margin: float) -> Box:
    """The box that a region is about."""
    x, y, w, h = region
    inner = margin / (1 + 2 * margin)
    return Box(
        (x + w * inner) / width, (y + h * inner) / height,
        w * (1 - 2 * inner) / width, h * (1 - 2 * inner) / height,
    )  # fmt: skip


def _touches(box: Box, region: tuple[int, int, int, int], width: int, height: int) -> bool:
    x, y, w, h = region
    across = box.x * width < x + w and (box.x + box.w) * width > x
    return across and box.y * height < y + h and (box.y + box.h) * height > y


def _union(boxes: Sequence[Box]) -> Box:
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, foot = max(box.x + box.w for box in boxes), max(box.y + box.h for box in boxes)
    return Box(x, y, right - x, foot - y)


def _in_whole(one: Detection, region: tuple[int, int, int, int], picture: Colour) -> Detection:
    height, width = picture.shape[:2]
    x, y, w, h = region
    return one._replace(
        x=(x + one.x * w) / width, y=(y + one.y * h) / height,
        w=one.w * w / width, h=one.h * h / height,
    )  # fmt: skip


def _covered(one: Detection, boxes: Iterable[Box]) -> float:
    """How much of a detection lies over what moved, 0..1."""
    area = 0.0
    for box in boxes:
        across = min(one.x + one.w, box.x + box.w) - max(one.x, box.x)
        down = min(one.y + one.h, box.y + box.h) - max(one.y, box.y)
        area += max(0.0, across) * max(0.0, down)
    return area / max(1e-9, one.w * one.h)
