"""Mode and response that the cloud wants, by the classic shadow, kept for the next start."""

import json
import logging
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from iot.agent.device import files
from iot.messages.camera import CameraState

log = logging.getLogger(__name__)

UNHEARD = CameraState(mode="motion-only")
"""Until a camera has heard what it may do, it takes no picture."""


class StateFile:
    """The last state heard of, so that a camera without network starts in the right mode."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> CameraState | None:
        """The state kept, None when there is none."""
        try:
            return CameraState.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            log.warning("state: unreadable, ignored")
            return None

    def save(self, state: CameraState) -> None:
        """Keep a state; where the disk does not take it, it is asked for at the next start."""
        try:
            files.write(self._path, state.model_dump_json().encode())
        except OSError:
            log.exception("state: not written")


def wanted(document: bytes, topic: str, now: CameraState | None) -> CameraState | None:
    """The state that a shadow document asks for; None when it asks for nothing to be understood.

    ``topic`` tells which document: ``…/get/accepted``, ``…/get/rejected`` (there is no shadow:
    the defaults hold) or ``…/update/delta``.
    """
    if topic.endswith("/get/rejected"):
        return now or CameraState()
    try:
        state: dict[str, Any] = json.loads(document)["state"]
        desired = state if topic.endswith("/update/delta") else state.get("desired", {})
        known = {name: desired[name] for name in CameraState.model_fields if name in desired}
        return CameraState.model_validate({**(now or CameraState()).model_dump(), **known})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("shadow: not understood, ignored: %s", error)
        return None


def reported(state: CameraState) -> bytes:
    """The shadow document that says what holds now."""
    return json.dumps({"state": {"reported": state.model_dump()}}).encode()
