"""What a JPEG says of itself, read from its markers before anything is decoded."""

from typing import NamedTuple

import numpy as np

MAX_SIDE = 4096
MAX_PIXELS = 12_000_000
MAX_SCANS = 20  # a progressive picture has about ten; thousands of scans are a decoding bomb

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAME = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: what libjpeg decodes at low cost
_OTHER_FRAMES = set(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA


class BadFrames(ValueError):
    """Frames that cannot be judged. `reason` is a slug for machines, `detail` is for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


def size(jpeg: bytes) -> Size:
    """The declared size of a whole JPEG.

    Raises BadFrames: `corrupt-jpeg` (not a JPEG, cut off, of an unusual coding) or
    `picture-too-large` (over 4096 a side or 12 megapixels).
    """
    if not jpeg.startswith(_START):
        raise BadFrames("corrupt-jpeg", "does not start as a JPEG does")
    if not jpeg.endswith(_END):
        raise BadFrames("corrupt-jpeg", "cut off: no end marker")
    found: Size | None = None
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            break
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in _OTHER_FRAMES:
            raise BadFrames("corrupt-jpeg", f"coding 0x{marker:02x} is not supported")
        if marker in _FRAME:
            if found:
                break
            found = _declared(jpeg, at)
        if marker == _SCAN:
            if found is None:
                break
            if _scans(jpeg[at:]) > MAX_SCANS:
                raise BadFrames("corrupt-jpeg", f"more than {MAX_SCANS} scans")
            return found
        length = int.from_bytes(jpeg[at + 2 : at + 4])
        if length < 2:
            break
        at += 2 + length
    raise BadFrames("corrupt-jpeg", "no picture between its markers")


def _scans(data: bytes) -> int:
    """How many scans begin in the data. `bytes.count` takes many times as long: JPEGs are full of
    the byte that markers begin with."""
    pairs = (np.frombuffer(data, "<u2", (len(data) - at) // 2, at) for at in (0, 1))
    return sum(int(np.count_nonzero(pair == 0xFF | _SCAN << 8)) for pair in pairs)


def _declared(jpeg: bytes, at: int) -> Size:
    """The size in the frame header at `at`."""
    if at + 9 > len(jpeg):
        raise BadFrames("corrupt-jpeg", "cut off in its header")
    height, width = (int.from_bytes(jpeg[at + i : at + i + 2]) for i in (5, 7))
    if not width or not height:
        raise BadFrames("corrupt-jpeg", "declares no size")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise BadFrames("picture-too-large", f"declares {width}x{height} pixels")
    return Size(width, height)
