"""Whose code, key or card it is (AL-44, AL-45). Kept as hashes, on disk."""

import logging
from pathlib import Path

from pydantic import ValidationError

from iot.agent.device import files
from iot.messages.controller import Key, Keys
from iot.messages.panel_facts import Means
from iot.panel.codes import hashed

log = logging.getLogger(__name__)

LONGEST = 64
"""More than that nobody types, and no key says."""


class KeyRing:
    """The keys of the home, as the cloud sent them last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = self._load()

    @property
    def version(self) -> int:
        """Of the keys; 0 where there are none."""
        return self._keys.version if self._keys else 0

    def take(self, keys: Keys) -> bool:
        """Keep newer keys. False: they are not newer."""
        if keys.version <= self.version:
            return False
        files.write(self._path, keys.model_dump_json().encode())
        self._keys = keys
        return True

    def find(self, means: Means, text: str) -> Key | None:
        """Whose it is; None: nobody's. Takes as long whether it is somebody's or not."""
        keys = self._keys
        if keys is None or not 0 < len(text) <= LONGEST:
            return None
        wanted = hashed(text, keys.salt)
        return next((key for key in keys.keys if key.means == means and key.hash == wanted), None)

    def _load(self) -> Keys | None:
        try:
            return Keys.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            log.error("keys: unreadable; the cloud sends them again")
            return None
