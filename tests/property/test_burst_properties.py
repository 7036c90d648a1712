"""Whatever the bytes: a burst or BadFrames, nothing else; and what was packed comes back."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from iot.vision.burst import BadFrames, Burst, Manifest, pack, unpack, unpack_any
from iot.vision.motion import decode

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)


def jpeg(seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (24, 32), dtype=np.uint8)
    return cv2.imencode(".jpg", noise)[1].tobytes()


def burst(frames: int) -> bytes:
    captured = tuple(BEGIN + timedelta(milliseconds=100 * i) for i in range(frames))
    manifest = Manifest(episode=BEGIN, seq=1, captured=captured, mode="pet")
    return pack(manifest, [jpeg(i) for i in range(frames)])


GOOD = [burst(1), burst(3), jpeg(0)]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good object with some bytes overwritten, taken out or put in."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)) | st.integers(max(0, len(data) - 300), len(data)))
        gone = draw(st.sampled_from([0, 1, 2, 4, 50]))
        data[at : at + gone] = draw(st.binary(max_size=8))
    return bytes(data)


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(b"PK\3\4".__add__) | damaged())
def test_any_bytes_give_a_burst_or_a_reason(data: bytes) -> None:
    for read in (unpack, unpack_any):
        with suppress(BadFrames):
            read_back = read(data)
            assert isinstance(read_back, Burst)
            assert 1 <= len(read_back.jpegs) <= 12


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=300).map(b"\xff\xd8".__add__) | damaged())
def test_any_bytes_decode_or_give_a_reason(data: bytes) -> None:
    with suppress(BadFrames):
        for picture in unpack_any(data).jpegs:
            assert decode(picture).ndim == 2


@settings(derandomize=True, deadline=None)
@given(
    frames=st.integers(1, 4),
    seq=st.integers(0, 1000),
    mode=st.sampled_from(["guard", "pet"]),
    episode=st.integers(0, 3 * 10**9).map(
        lambda s: BEGIN.replace(year=2001) + timedelta(seconds=s)
    ),
    command=st.none() | st.text(max_size=20),
)
def test_what_is_packed_comes_back(
    frames: int, seq: int, mode: str, episode: datetime, command: str | None
) -> None:
    manifest = Manifest.model_validate(
        {
            "episode": episode,
            "seq": seq,
            "captured": [episode + timedelta(seconds=i) for i in range(frames)],
            "mode": mode,
            "purpose": "snapshot" if command else "motion",
            "command": command,
        }
    )
    jpegs = tuple(jpeg(i) for i in range(frames))
    assert unpack(pack(manifest, jpegs)) == Burst(manifest, jpegs)
