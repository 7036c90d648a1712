"""A burst: the few frames a device uploads of an episode, as one object.

The object is a ZIP whose entries are stored, not compressed: `manifest.json`, then `0.jpg` (the
reference: the empty room the device remembers), `1.jpg` and so on. Any ZIP tool opens it. Here it
is read by its own strict reader, which refuses by the 22-byte end record and at most thirteen
directory entries, so that a hostile object costs nothing; see docs/decisions.
"""

import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple, Self
from zlib import crc32

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from lambdas.detect import jpeg as jpeg_file
from lambdas.detect.jpeg import BadFrames

__all__ = ["BadFrames", "Burst", "Manifest", "pack", "unpack", "unpack_any"]

MAX_FRAMES = 12
MAX_BYTES = 8 << 20
MAX_FRAME_BYTES = 2 << 20
MAX_MANIFEST_BYTES = 16 << 10

_MANIFEST = "manifest.json"
_END = struct.Struct("<4s4H2LH")  # end of central directory
_ENTRY = struct.Struct("<4s6H3L5H2L")  # central directory entry
_LOCAL = struct.Struct("<4s5H3L2H")  # local header
_ENCRYPTED = 0x1
_MAX_ENTRY_BYTES = _ENTRY.size + 128  # the header, a short name, some extra field


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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.captured) != sorted(self.captured):
            raise ValueError("captured must not go backwards")
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
    entries = _entries(data)
    names = [entry.name for entry in entries]
    if names != [_MANIFEST, *(f"{i}.jpg" for i in range(len(entries) - 1))]:
        raise BadFrames("not-a-burst", "entries must be manifest.json, 0.jpg, 1.jpg …")
    if entries[0].length > MAX_MANIFEST_BYTES:
        raise BadFrames("bad-manifest", f"longer than {MAX_MANIFEST_BYTES} bytes")
    if any(entry.length > MAX_FRAME_BYTES for entry in entries[1:]):
        raise BadFrames("too-large", f"a frame is over {MAX_FRAME_BYTES} bytes")
    first, *jpegs = [_content(data, entry) for entry in entries]
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


class _Entry(NamedTuple):
    name: str
    crc: int
    length: int
    at: int  # of its local header
    end: int  # where the next thing begins


def _entries(data: bytes) -> list[_Entry]:
    """The directory: plain stored entries that lie one after the other, and nothing else."""
    end_at = len(data) - _END.size
    if end_at < 0 or not data.startswith(b"PK\3\4"):
        raise BadFrames("not-a-burst", "neither a ZIP nor a JPEG")
    magic, disk, disk0, here, count, length, at, comment = _END.unpack_from(data, end_at)
    if magic != b"PK\5\6" or disk or disk0 or here != count or comment or at + length != end_at:
        raise BadFrames("not-a-burst", "no plain ZIP end record")
    if count > 1 + MAX_FRAMES:
        raise BadFrames("too-many-frames", f"{count - 1} frames, at most {MAX_FRAMES}")
    if count < 2:
        raise BadFrames("empty", "no frame")
    if length > count * _MAX_ENTRY_BYTES:
        raise BadFrames("not-a-burst", "a directory of unusual length")
    heads = []
    for _ in range(count):
        if at + _ENTRY.size > end_at:
            raise BadFrames("not-a-burst", "a directory entry is missing")
        head = _ENTRY.unpack_from(data, at)
        name_at = at + _ENTRY.size
        heads.append((head, data[name_at : name_at + head[10]]))
        at = name_at + head[10] + head[11] + head[12]
    if at != end_at:
        raise BadFrames("not-a-burst", "the directory does not end where it should")
    starts = [head[16] for head, _ in heads] + [end_at - length]
    if starts[0] != 0:
        raise BadFrames("not-a-burst", "something lies before the first entry")
    return [_entry(head, name, end) for (head, name), end in zip(heads, starts[1:], strict=True)]


def _entry(head: tuple[bytes | int, ...], name: bytes, end: int) -> _Entry:
    magic, _, _, flags, method, _, _, crc, packed, length, *_, at = head
    if magic != b"PK\1\2" or int(flags) & _ENCRYPTED or method or packed != length:
        raise BadFrames("not-a-burst", "entries must be stored, neither packed nor encrypted")
    return _Entry(name.decode("ascii", "replace"), int(crc), int(length), int(at), end)


def _content(data: bytes, entry: _Entry) -> bytes:
    """An entry's bytes, which must fill the room between its header and the next entry."""
    if entry.at + _LOCAL.size > entry.end:
        raise BadFrames("not-a-burst", f"{entry.name}: entries overlap")
    magic, *_, name_length, extra_length = _LOCAL.unpack_from(data, entry.at)
    name_at = entry.at + _LOCAL.size
    start = name_at + name_length + extra_length
    if magic != b"PK\3\4" or data[name_at : name_at + name_length] != entry.name.encode():
        raise BadFrames("not-a-burst", f"{entry.name}: header and directory disagree")
    if start + entry.length != entry.end:
        raise BadFrames("not-a-burst", f"{entry.name}: its size is not true")
    content = data[start : entry.end]
    if crc32(content) != entry.crc:
        raise BadFrames("not-a-burst", f"{entry.name}: checksum does not match")
    return content
