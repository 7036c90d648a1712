"""Motion on small grey pictures: what differs from the room as it is remembered.

Used twice: on the device, over its stream of frames, and in the cloud, over a burst whose first
frame is the reference. The first frame is the room: there is no warm-up.

Each picture passes the stages of `MotionDetector.update`, in this order: is it the last picture
again (`FrameSkipper`)? Even out the exposure; find what differs from the room (`BackgroundModel`).
Was the camera pushed, covered or turned away (`ViewChange`)? Of what changed, only that counts as
motion whose *texture* changed too: a person brings edges and hides others, while light and shadow
leave the edges of the room where they were (`moving`). Was a lamp switched (`LightChange`)? Then
the room takes the new light over; otherwise it learns. Why so, and with which figures:
docs/decisions.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from iot.messages.camera import Zone
from iot.vision.background import LEARN_EVERY, BackgroundModel
from iot.vision.light import Darkness, LightChange
from iot.vision.masks import (
    WINDOW,
    Mask,
    Thing,
    around,
    differs,
    gain,
    share,
    texture,
    things,
    watched,
)
from iot.vision.noise import NoiseLevel
from iot.vision.picture import Grey, decode, shrink
from iot.vision.places import Places
from iot.vision.values import NOTHING, Box, How, Motion, Settings
from iot.vision.view import AWAY, Blindness, Trembling, ViewChange, pushed

__all__ = [
    "NOTHING",
    "Box",
    "Grey",
    "How",
    "Motion",
    "MotionDetector",
    "Settings",
    "decode",
    "shrink",
]

_SAME = 0.5  # of the least thing's area may differ from the last picture
_EVEN = 0.004  # a change of exposure below a grey level is none


class MotionDetector:
    """Judges one camera's pictures, in order, against the room that it remembers."""

    def __init__(self, settings: Settings | None = None, zones: Sequence[Zone] = ()) -> None:
        self.settings = settings or Settings()
        self._zones = zones
        self._t = 0.0
        self._model: BackgroundModel | None = None
        self._blind: How | None = None
        self._dark = self._unlit = False
        self.mutes = True
        """Whether places that always move begin no episode; where values are all that is told of a
        room, whatever moves counts."""
        self.came: tuple[Box, ...] = ()
        """Where things are that came from elsewhere: their places are not of those that always
        move, however long somebody stays."""

    def look(self, settings: Settings, zones: Sequence[Zone] = ()) -> None:
        """From now on look so sharply, and there; the room is not forgotten."""
        self.settings, self._zones = settings, zones
        if self._model:
            self._watched = watched(zones, self._model.room.shape)
            self._skip.forget()  # the last answer does not hold any more

    @property
    def hidden(self) -> bool:
        """Whether the room is still behind a cloth, or the camera turned away from it."""
        return self._model is not None and self._view.hidden

    def offered(self) -> tuple[Box, ...]:
        """Places that have moved for so long that the family may want to ignore them."""
        return self._places.offered() if self._model else ()

    def update(self, grey: Grey, t: float) -> Motion:
        """Judge a working picture seen at `t` seconds and learn from it. The first is the room."""
        now = np.asarray(cv2.blur(grey, (3, 3)), np.uint8)
        if self._model is None or now.shape != self._model.room.shape:
            self._start(now, t)
            self._blindness, self._darkness = Blindness(grey, t), Darkness()
            self._blind = None
            self._dark = self._unlit = self._darkness.see(grey, t)
            return NOTHING
        self._model.pass_time(t - self._t)
        if t < self._t:  # the device's clock was set back
            self._light.until = t
        self._t = t
        self._noise.measure(now, t)
        dark, was_dark = self._darkness.see(grey, t), self._dark
        self._dark = dark
        if dark:
            self._blindness.begin(grey, t)
            blind: How | None = "black" if self._darkness.black(t) else None
        else:
            blind = self._blindness.check(grey, t, lit=self._light.lasts(t - 1))
        if blind is not None or self._blind is not None:
            said, self._blind = self._blind, blind
            if blind is not None:
                return Motion("blind", how=blind)
            if said == "frozen":  # it sees again: perhaps another room
                self._start(now, t)
                return NOTHING
        if dark:
            if not was_dark:
                self._light.dims(t, self.settings)
                return Motion("light", light=-1.0)
            return NOTHING
        if was_dark:
            self._light.dims(t, self.settings)
        if self._unlit and not self._settled(now, t):
            self._begin(now, t)  # it was dark from the beginning: this is the room
            return NOTHING
        self._keep(now, t)
        if not (self._model.due or self._light.lasts(t)):
            same = self._skip.last(now, self.settings)
            if same:
                return same
        self._model.learned = False
        motion = self._judge(now, t, self._model)
        self._skip.said(now, motion, holds=not self._model.learned)
        return motion

    def _start(self, now: Grey, t: float) -> None:
        """Take the whole picture as the room."""
        self._view = ViewChange(now)
        self._places = Places(now.shape)
        self._trembling = Trembling()
        self._noise = NoiseLevel(now, t)
        self._begin(now, t)

    def _begin(self, now: Grey, t: float) -> None:
        self._model = BackgroundModel(now)
        self._light = LightChange(t)
        self._skip = FrameSkipper(now)
        self._near = np.zeros(now.shape, np.bool_)  # about where something moved a picture ago
        self._watched = watched(self._zones, now.shape)  # where motion counts; None: everywhere
        self._large = self._near  # about what was large then
        self._earlier = self._later = now
        self._t = self._learned_at = self._kept_at = t

    def _judge(self, now: Grey, t: float, model: BackgroundModel) -> Motion:
        """Judge a picture that is not like the last one, and learn from it."""
        settings, light, view = self._noise.fit(self.settings), self._light, self._view
        if view.is_back(now, settings):
            self._start(now, t)
            return NOTHING
        view.note(model.room)
        brightness = cv2.mean(now)[0] / max(1.0, cv2.mean(model.room)[0]) - 1
        changed = first = model.difference(now, settings)
        exposure = gain(now, model.room)
        if abs(exposure - 1) >= _EVEN:
            model.match(exposure)
            changed = model.difference(now, settings)
        elif not (light.lasts(t) or first.any() or self._stirs_faintly(now, model)):
            if model.rest(now, settings):
                self._near[:] = False
                self._learn_places(None, t)
            return Motion("none", light=exposure - 1)
        changed = model.without_known(now, changed, settings)
        by = None if light.lasts(t) else pushed(now, changed, self._near, model)
        again = by is not None and self._trembling.add(by, t)
        if by is not None:
            light.moved(t, settings)
            changed = first = model.difference(now, settings)
        away = None if by is not None else view.away(now, changed, t, model, settings)
        if away is not None and away >= AWAY - 0.01:
            how = view.judge()
            view.accept(behind=how is not None)
            self._begin(now, t)
            if how is None:
                return Motion("light", light=brightness)
            return Motion("blind", light=brightness, how=how, view=away)
        moved, kept = moving(
            now, changed, first | changed, self._near, self._earlier, model, settings
        )

        if not light.lasts(t) and away is None and by is None:
            beside = ~(self._large | around(moved))
            self._large = around(moved)
            sharper = self._noise.fit_faint(settings)
            moved |= faint(now, beside, self._earlier, model, sharper)
        much = share(first) >= settings.lit_area or abs(exposure - 1) >= settings.lit_gain
        lit = much and kept >= 0.5 and away is None
        if lit:
            light.switched(changed, moved, t, model, settings)
        if light.lasts(t):
            lit = True
            moved = light.relight(now, moved, self._near, model, settings)
        elif away is not None:
            model.skip_learning()
        elif model.due:
            model.learn(now, changed, moved, self._near, settings)
        self._near = around(moved)
        moved = self._worth(moved, self._watched, settings)
        if not light.lasts(t):
            self._learn_places(moved, t)
        muted = self._places.muted if self.mutes else None
        moved = self._worth(moved, None if muted is None else ~muted, settings)
        if by is not None:
            how = "shaken" if again else "pushed"
            return Motion("none" if again else "camera_moved", light=brightness, how=how)
        if lit and not moved.any():
            return Motion(light.kind if light.lasts(t) else "light", light=brightness)
        motion = describe(now, moved, model, exposure - 1)
        usual = self._places.usual
        fresh = motion.boxes
        if usual is not None and fresh:
            fresh = boxes(self._worth(moved, ~usual, settings))
        return replace(motion, fresh=fresh, view=away)

    def _stirs_faintly(self, now: Grey, model: BackgroundModel) -> bool:
        """Whether something may be seen far away, in a picture like the room otherwise."""
        settings = self._noise.fit_faint(self._noise.fit(self.settings))
        changed = model.difference(now, settings)
        return bool(np.count_nonzero(changed) >= settings.least / 2 * now.size)

    def _settled(self, now: Grey, t: float) -> bool:
        """Whether the first light in a room that was dark from the beginning has come to rest."""
        before = cv2.mean(self._model.room)[0] if self._model else 0.0
        if abs(cv2.mean(now)[0] - before) <= 0.02 * before and not self._light.lasts(t):
            self._unlit = False
        return not self._unlit

    @staticmethod
    def _worth(moved: Mask, where: Mask | None, settings: Settings) -> Mask:
        """What moved where it counts, unless that is too little."""
        if where is None:
            return moved
        moved = moved & where
        return moved if share(moved) >= settings.least else np.zeros_like(moved)

    def _learn_places(self, moved: Mask | None, t: float) -> None:
        """Learn where it always moves, as often as the room is learned."""
        if t - self._learned_at >= LEARN_EVERY:
            self._places.learn(moved, min(t - self._learned_at, 1.0), self.came)
            self._learned_at = t
        elif t < self._learned_at:
            self._learned_at = t

    def _keep(self, now: Grey, t: float) -> None:
        """Remember pictures of a quarter to half a second ago."""
        if not 0 <= t - self._kept_at < LEARN_EVERY:
            self._earlier, self._later, self._kept_at = self._later, now, t


class FrameSkipper:
    """Knows the last picture again, as far as can be seen: most of the time a room is empty, or
    somebody in it stands still."""

    def __init__(self, now: Grey) -> None:
        self._picture, self._said, self._holds = now, NOTHING, True

    def forget(self) -> None:
        """What was said last does not hold for the same picture any more."""
        self._holds = False

    def said(self, now: Grey, motion: Motion, *, holds: bool) -> None:
        """Remember what was said of a picture. A moved or blind camera is said once."""
        self._picture, self._holds = now, holds
        self._said = NOTHING if motion.kind in ("camera_moved", "blind") else motion

    def last(self, now: Grey, settings: Settings) -> Motion | None:
        """What was said of the picture if it is the last one; otherwise None."""
        if not self._holds:
            return None
        before = cv2.mean(self._picture)[0]
        if abs(cv2.mean(now)[0] - before) > _EVEN * before:
            return None
        other = differs(now, self._picture, settings.threshold / 2)
        few = np.count_nonzero(other) <= _SAME * settings.min_area * now.size
        return self._said if few else None


def moving(
    now: Grey,
    changed: Mask,
    seen: Mask,
    near: Mask,
    earlier: Grey,
    model: BackgroundModel,
    settings: Settings,
) -> tuple[Mask, float]:
    """Things: where texture came or went, outlines filled; and of the texture in what is ``seen``
    to differ, apart from what moved before (``near``), the share that is still that of the room.

    Small things count only where the picture also differs from ``earlier``, a moment ago.
    """
    if share(seen) < settings.least / 4:
        return np.zeros_like(changed), 1.0
    x, y, w, h = cv2.boundingRect(seen.view(np.uint8))
    part = slice(max(0, y - 4), y + h + 4), slice(max(0, x - 4), x + w + 4)
    textured, other = texture(now[part], model.room[part], settings.texture, model.white)
    seeds = changed[part] & other
    quiet = seen[part] & ~near[part]
    kept = 1 - share(seeds & quiet) / max(1e-9, share(textured & quiet))
    closed = cv2.morphologyEx(seeds.view(np.uint8), cv2.MORPH_CLOSE, WINDOW)
    filled = np.zeros_like(closed)
    least = settings.least * now.size
    found = [one for one in things(closed) if one.area >= least]
    small = [one for one in found if one.area < settings.min_area * now.size]
    if small:  # what is left of a shadow stays where it is
        stirs = differs(now[part], earlier[part], settings.threshold / 2)
        found = [one for one in found if one.area >= settings.min_area * now.size]
        found += [one for one in small if _stirs(one, stirs)]
    cv2.drawContours(filled, [one.outline for one in found], -1, 1, cv2.FILLED)
    moved = np.zeros_like(changed)
    moved[part] = filled.view(np.bool_)
    return moved, kept


def faint(
    now: Grey, beside: Mask, earlier: Grey, model: BackgroundModel, settings: Settings
) -> Mask:
    """Small things that differ by less than what a larger one must, ``beside`` those: somebody far
    away is a few pixels, mixed with what is behind them. ``settings`` are those for faint things.
    They count only where the picture also differs from ``earlier``."""
    unknown = model.unknown(now, settings)
    changed = unknown & differs(now, earlier, settings.threshold / 2)
    changed &= beside
    found = np.zeros_like(changed)
    least = settings.least * now.size
    if np.count_nonzero(changed) < 0.1 * least:
        return found
    x, y, w, h = cv2.boundingRect(changed.view(np.uint8))
    part = slice(max(0, y - 12), y + h + 12), slice(max(0, x - 12), x + w + 12)
    seeds = unknown[part] & beside[part]
    seeds &= texture(now[part], model.room[part], settings.texture, model.white)[1]
    closed = cv2.morphologyEx(seeds.view(np.uint8), cv2.MORPH_CLOSE, WINDOW)
    small = [one for one in things(closed) if least <= one.area < settings.min_area * now.size]
    filled = np.zeros_like(closed)
    stirring = [one.outline for one in small if _stirs(one, changed[part])]
    cv2.drawContours(filled, stirring, -1, 1, cv2.FILLED)
    found[part] = filled.view(np.bool_)
    return found


def _stirs(one: Thing, stirs: Mask) -> bool:
    """Whether a thing is not as it was a moment ago."""
    x, y, w, h = cv2.boundingRect(one.outline)
    return bool(np.count_nonzero(stirs[y : y + h, x : x + w]) >= 0.1 * one.area)


def describe(now: Grey, moved: Mask, model: BackgroundModel, light: float) -> Motion:
    """The motion in numbers."""
    if not moved.any():
        return Motion("none", light=light)
    change = cv2.absdiff(now, model.room)
    most = cv2.threshold(change, 128, 0, cv2.THRESH_TRUNC)[1]
    mask, area = moved.view(np.uint8), share(moved)
    return Motion(
        "motion",
        level=area * cv2.mean(most, mask)[0] / 128,
        area=area,
        contrast=cv2.mean(change, mask)[0],
        light=light,
        largest=max(thing.area for thing in things(mask)) / now.size,
        boxes=boxes(moved),
    )


def boxes(moved: Mask) -> tuple[Box, ...]:
    """The rectangles about what moved, the largest thing first."""
    height, width = moved.shape
    largest = sorted(things(moved.view(np.uint8)), key=lambda thing: -thing.area)
    found = [cv2.boundingRect(thing.outline) for thing in largest]
    return tuple(Box(x / width, y / height, w / width, h / height) for x, y, w, h in found)
