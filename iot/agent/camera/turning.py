"""Turning a camera over ONVIF (パン・チルト, AL-68).

The camera's own ONVIF service, which stands beside its stream, moves it: at a steady speed for a
moment, then it is told to stop. Every camera of Profile S that turns can do that. The library
(onvif-zeep-async) is not loaded before somebody turns the camera.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from iot.messages.camera import Direction

log = logging.getLogger(__name__)

STEP = 0.6
"""Seconds that a step lasts."""

SPEED = 0.5
"""Of the fastest that the camera can."""

PATIENCE = 10.0
"""Seconds after which the camera is taken not to answer."""

VELOCITIES: dict[Direction, tuple[float, float]] = {
    "left": (-SPEED, 0.0),
    "right": (SPEED, 0.0),
    "up": (0.0, SPEED),
    "down": (0.0, -SPEED),
}

Failure = Literal["unsupported", "error"]


class OnvifAddress(NamedTuple):
    """Where a camera's ONVIF service is."""

    host: str
    port: int = 80
    user: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, written: str) -> "OnvifAddress":
        """``[USER:PASSWORD@]HOST[:PORT]``. Raises ValueError for anything else."""
        parts = urlsplit(f"//{written}")
        if not parts.hostname or parts.path:
            raise ValueError(f"not [USER:PASSWORD@]HOST[:PORT]: {written}")
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or 80, user, password)


class Turner:
    """Turns one camera, one step after the other. No method waits."""

    def __init__(self, address: OnvifAddress) -> None:
        self._address = address
        self._one = threading.Lock()

    def __call__(self, direction: Direction, done: Callable[[Failure | None], None]) -> None:
        """Turn a step; ``done`` is told from a thread of its own."""

        def work() -> None:
            with self._one:
                done(self._turned(direction))

        threading.Thread(target=work, name="turn", daemon=True).start()

    def _turned(self, direction: Direction) -> Failure | None:
        try:
            return asyncio.run(asyncio.wait_for(self._move(direction), PATIENCE))
        except Exception as error:  # whatever a camera answers, the agent goes on
            log.warning("turn: the camera does not: %s: %s", type(error).__name__, error)
            return "error"

    async def _move(self, direction: Direction) -> Failure | None:
        from onvif import ONVIFCamera

        camera: Any = ONVIFCamera(*self._address)
        try:
            await camera.update_xaddrs()
            profiles = await (await camera.create_media_service()).GetProfiles()
            token = next((one.token for one in profiles if one.PTZConfiguration), None)
            if token is None:
                return "unsupported"
            service = await camera.create_ptz_service()
            x, y = VELOCITIES[direction]
            try:
                velocity = {"PanTilt": {"x": x, "y": y}}
                await service.ContinuousMove({"ProfileToken": token, "Velocity": velocity})
                await asyncio.sleep(STEP)
            finally:
                await service.Stop({"ProfileToken": token, "PanTilt": True, "Zoom": False})
        finally:
            await camera.close()
        return None
