"""Pictures that stay on the device: a phone camera without フォトコレクション (DC-20, DC-22)."""

from datetime import UTC, datetime
from pathlib import Path

from iot.agent import files

LIMIT = 500
"""Pictures kept; the oldest make room."""


class Album:
    """One JPEG an episode, named by the instant at which the episode began."""

    def __init__(self, directory: Path, limit: int = LIMIT) -> None:
        self._directory = directory
        self._limit = limit
        if directory.is_dir():
            files.sweep(directory)

    def __len__(self) -> int:
        return len(self._pictures())

    def __contains__(self, episode: datetime) -> bool:
        return self._path(episode).exists()

    def keep(self, episode: datetime, jpeg: bytes) -> Path:
        """Keep an episode's picture, in place of one it may have already. Raises OSError."""
        path = self._path(episode)
        files.write(path, jpeg)
        for old in self._pictures()[: -self._limit]:
            old.unlink(missing_ok=True)
        return path

    def _pictures(self) -> list[Path]:
        return sorted(self._directory.glob("*.jpg"))

    def _path(self, episode: datetime) -> Path:
        return self._directory / f"{episode.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.jpg"
