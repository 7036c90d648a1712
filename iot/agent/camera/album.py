"""Pictures that stay on the device: a phone camera without フォトコレクション (DC-20, DC-22)."""

from datetime import UTC, datetime
from pathlib import Path

from iot.agent.device import files

LIMIT = 500
"""Pictures kept; the oldest make room."""


class Album:
    """One JPEG an episode, named by the instant at which the episode began."""

    def __init__(self, directory: Path, limit: int = LIMIT) -> None:
        self._directory = directory
        self._limit = limit
        files.sweep(directory)
        self._names = sorted(path.name for path in directory.glob("*.jpg"))

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, episode: datetime) -> bool:
        return _name(episode) in self._names

    def keep(self, episode: datetime, jpeg: bytes) -> None:
        """Keep an episode's picture, in place of one it may have already. Raises OSError."""
        name = _name(episode)
        files.write(self._directory / name, jpeg)
        names = sorted({*self._names, name})
        self._names = names[-self._limit :]
        for old in names[: -self._limit]:
            (self._directory / old).unlink(missing_ok=True)


def _name(episode: datetime) -> str:
    return f"{episode.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.jpg"
