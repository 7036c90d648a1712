"""The device's gate: which of a camera's frames are worth an upload."""

from collections import deque
from dataclasses import dataclass

from lambdas.detect.episodes import Episodes, Step
from lambdas.detect.motion import Background, Motion, Settings, decode


@dataclass(frozen=True)
class Seen:
    """What the gate made of a frame."""

    motion: Motion
    step: Step


class Gate:
    """A stream of JPEG frames in, motion and episodes out.

    `reference` is the JPEG of the empty room, some seconds older than the present frame, so that
    nobody stands in the door yet. None before the first frame.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        confirm: int = 3,
        quiet: float = 1.5,
        refresh: float = 5.0,
    ) -> None:
        """`confirm`, `quiet`: see Episodes. `refresh`: seconds between references."""
        self._background = Background(settings)
        self._episodes = Episodes(confirm, quiet)
        self._refresh = refresh
        self._kept: deque[tuple[float, bytes]] = deque(maxlen=2)

    @property
    def reference(self) -> bytes | None:
        """The empty room."""
        return self._kept[0][1] if self._kept else None

    def see(self, jpeg: bytes, t: float) -> Seen:
        """Judge the frame at `t` seconds, which must not go back. Raises BadFrames; then nothing
        has changed and the stream may go on."""
        motion = self._background.update(decode(jpeg), t)
        step = self._episodes.step(t, motion)
        if motion.kind != "motion" and step.running is None:
            self._remember(jpeg, t, anew=motion.kind == "light")
        return Seen(motion, step)

    def close(self) -> Step:
        """End a running episode: the stream is over."""
        return self._episodes.close()

    def _remember(self, jpeg: bytes, t: float, *, anew: bool) -> None:
        if anew:
            self._kept.clear()
        if not self._kept or t - self._kept[-1][0] >= self._refresh:
            self._kept.append((t, jpeg))
