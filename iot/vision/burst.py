"""A burst: the few frames a device uploads of an episode, as one object.

The object is a ZIP whose entries are stored, not compressed: `manifest.json`, then `0.jpg` (the
reference: the empty room the device remembers), `1.jpg` and so on. Any ZIP tool opens it. What is
too much is refused by the end record and the directory, before anything is unpacked.
"""

import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from iot.messages.camera import Box, EpisodeKind, How
from iot.vision import jpeg as jpeg_file
from iot.vision.jpeg import BadFrames

__all__ = ["BadFrames", "Burst", "Manifest", "pack", "unpack", "unpack_any"]

MAX_FRAMES = 12
MAX_BYTES = 8 << 20
MAX_FRAME_BYTES = 2 << 20
MAX_MANIFEST_BYTES = 16 << 10
MAX_BOXES = 8  # of one frame

_MANIFEST = "manifest.json"
_END = struct.Struct("<4s4H2LH")  # end of central directory
_ENCRYPTED = 0x1
_MAX_ENTRY_BYTES = 46 + 128  # the header, a short name, some extra field


def _utc(instant: datetime) -> datetime:
    """The same instant in UTC; a device set to the edges of the calendar is refused."""
    if not 2000 <= instant.year < 2100:
        raise ValueError("not of this century")
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]


class Manifest(BaseModel):
    """What the device says of a burst. Instants come with any offset and are kept in UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    episode: Instant = Field(description="when the device saw the episode begin: its identity")
    seq: int = Field(ge=0, le=100_000, description="which burst of the episode: 0, 1, 2…")
    captured: tuple[Instant, ...] = Field(
        min_length=1, max_length=MAX_FRAMES, description="one per frame, the reference's first"
    )
    mode: Literal["guard", "pet"]
    purpose: Literal["motion", "snapshot"] = "motion"
    command: str | None = Field(None, max_length=128, description="the command a snapshot answers")
    within: Instant | None = Field(
        None, description="the running episode that somebody new came into"
    )
    kind: EpisodeKind = Field("motion", description="what the device saw")
    how: How | None = Field(None, description="what became of a camera that moved or is blind")
    boxes: tuple[Annotated[tuple[Box, ...], Field(max_length=MAX_BOXES)], ...] = Field(
        (), max_length=MAX_FRAMES, description="where the device saw it move, one list per frame"
    )
    travelled: float = Field(0.0, ge=0, le=1, description="how far it went, share of the picture")
    way: float | None = Field(
        None, ge=0, le=1, description="how far anything in the pictures went; None: not followed"
    )
    again: bool = Field(
        default=False, description="all stayed where something moved before and went nowhere"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.captured) != sorted(self.captured):
            raise ValueError("captured must not go backwards")
        if self.boxes and len(self.boxes) != len(self.captured):
            raise ValueError("boxes must be given for each frame")
        return self


@dataclass(frozen=True)
class Burst:
    """JPEG frames in order. With a manifest, frame 0 is the reference; a lone JPEG has neither."""

    manifest: Manifest | None
    jpegs: tuple[bytes, ...]


def pack(manifest: Manifest, jpegs: Sequence[bytes]) -> bytes:
    """One object of a manifest and its frames, the reference first. Raises BadFrames."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_MANIFEST), manifest.model_dump_json(exclude_none=True))
        for i, jpeg in enumerate(jpegs):
            archive.writestr(zipfile.ZipInfo(f"{i}.jpg"), jpeg)
    data = out.getvalue()
    unpack(data)
    return data


def unpack(data: bytes) -> Burst:
    """The burst in an object.

    Raises BadFrames with the reason `empty`, `too-large`, `not-a-burst`, `too-many-frames`,
    `bad-manifest`, `corrupt-jpeg` or `picture-too-large`. Pictures are not decoded here.
    """
    _check_length(data, MAX_BYTES)
    names, lengths = zip(*_entries(data), strict=True)
    if names != (_MANIFEST, *(f"{i}.jpg" for i in range(len(names) - 1))):
        raise BadFrames("not-a-burst", "entries must be manifest.json, 0.jpg, 1.jpg …")
    if lengths[0] > MAX_MANIFEST_BYTES:
        raise BadFrames("bad-manifest", f"longer than {MAX_MANIFEST_BYTES} bytes")
    if max(lengths[1:]) > MAX_FRAME_BYTES:
        raise BadFrames("too-large", f"a frame is over {MAX_FRAME_BYTES} bytes")
    first, *jpegs = _contents(data)
    manifest = _manifest(first)
    if len(manifest.captured) != len(jpegs):
        raise BadFrames("bad-manifest", f"{len(manifest.captured)} times, {len(jpegs)} frames")
    for jpeg in jpegs:
        jpeg_file.size(jpeg)
    return Burst(manifest, tuple(jpegs))


def unpack_any(data: bytes) -> Burst:
    """A burst, or a lone JPEG as a burst of one frame without reference. Raises BadFrames."""
    if not data.startswith(b"\xff\xd8"):
        return unpack(data)
    _check_length(data, MAX_FRAME_BYTES)
    jpeg_file.size(data)
    return Burst(None, (data,))


def _check_length(data: bytes, limit: int) -> None:
    if not data:
        raise BadFrames("empty", "no bytes")
    if len(data) > limit:
        raise BadFrames("too-large", f"{len(data)} bytes, at most {limit}")


def _manifest(text: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "manifest"
        raise BadFrames("bad-manifest", f"{where}: {first['msg']}") from None


def _entries(data: bytes) -> list[tuple[str, int]]:
    """Names and lengths of the entries, all stored and none longer than its room."""
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadFrames("not-a-burst", str(error) or "cut off") from None
    for entry in found:
        plain = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & _ENCRYPTED
        if not plain or entry.file_size != entry.compress_size:
            raise BadFrames("not-a-burst", "entries must be stored, neither packed nor encrypted")
    return [(entry.filename, entry.file_size) for entry in found]


def _check_directory(data: bytes) -> None:
    """Refuse by the 22 bytes at the end: `zipfile` would first walk whatever directory there is."""
    end_at = len(data) - _END.size
    if end_at < 0 or not data.startswith(b"PK\3\4"):
        raise BadFrames("not-a-burst", "neither a ZIP nor a JPEG")
    magic, _, _, _, count, length, at, comment = _END.unpack_from(data, end_at)
    if magic != b"PK\5\6" or comment or at + length != end_at:
        raise BadFrames("not-a-burst", "no plain ZIP end record")
    if count > 1 + MAX_FRAMES:
        raise BadFrames("too-many-frames", f"{count - 1} frames, at most {MAX_FRAMES}")
    if count < 2:
        raise BadFrames("empty", "no frame")
    if length > count * _MAX_ENTRY_BYTES:
        raise BadFrames("not-a-burst", "a directory of unusual length")


def _contents(data: bytes) -> list[bytes]:
    """Every entry's bytes, whose checksums hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [archive.read(entry) for entry in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise BadFrames("not-a-burst", str(error) or "cut off") from None
