"""Bursts: what is packed comes back, and whatever is wrong is refused with its reason."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from iot.vision import burst
from iot.vision.burst import BadFrames, Manifest, pack, unpack, unpack_any

BEGIN = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def picture(width: int = 64, height: int = 48) -> bytes:
    ramp = np.tile(np.linspace(0, 255, width, dtype=np.uint8), (height, 1))
    return cv2.imencode(".jpg", ramp)[1].tobytes()


def declaring(width: int, height: int) -> bytes:
    """A small JPEG whose header lies about its size."""
    jpeg = picture()
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def manifest(frames: int) -> Manifest:
    return Manifest(
        episode=BEGIN,
        seq=0,
        captured=tuple(BEGIN + timedelta(seconds=i) for i in range(frames)),
        mode="guard",
    )


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in entries:
            file.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def text(frames: int) -> bytes:
    return manifest(frames).model_dump_json().encode()


def refusal(data: bytes, read: Callable[[bytes], object] = unpack) -> str:
    with pytest.raises(BadFrames) as caught:
        read(data)
    assert caught.value.detail
    return caught.value.reason


def test_what_is_packed_comes_back() -> None:
    jpegs = [picture(64 + i) for i in range(burst.MAX_FRAMES)]
    data = pack(manifest(len(jpegs)), jpegs)
    again = unpack(data)
    assert again.jpegs == tuple(jpegs)
    assert again.manifest == manifest(len(jpegs))
    assert unpack_any(data) == again


def test_any_zip_tool_reads_it_and_it_is_not_compressed() -> None:
    jpeg = picture()
    with zipfile.ZipFile(io.BytesIO(pack(manifest(2), [jpeg, jpeg]))) as file:
        assert file.namelist() == ["manifest.json", "0.jpg", "1.jpg"]
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert file.read("1.jpg") == jpeg
        assert file.testzip() is None


def test_a_lone_jpeg_is_a_burst_without_reference() -> None:
    alone = unpack_any(picture())
    assert alone.manifest is None
    assert len(alone.jpegs) == 1
    assert refusal(picture()) == "not-a-burst"


def test_instants_are_kept_in_utc() -> None:
    said = text(1).replace(b"2026-11-22T03:04:05Z", b"2026-11-22T12:04:05+09:00")
    read = unpack(archive(("manifest.json", said), ("0.jpg", picture()))).manifest
    assert read == manifest(1)
    assert read.episode.tzinfo is UTC


BAD_MANIFESTS = {
    "not json": b"{",
    "not utf-8": b"\xff\xfe",
    "too long": b" " * (burst.MAX_MANIFEST_BYTES + 1),
    "another version": text(1).replace(b'"version":1', b'"version":2'),
    "unknown field": text(1).replace(b'"seq"', b'"extra":1,"seq"'),
    "unknown mode": text(1).replace(b'"guard"', b'"party"'),
    "no time zone": text(1).replace(b"05Z", b"05"),
    "not of this century": text(1).replace(b"2026", b"9999"),
    "fewer frames than times": text(2),
    "negative seq": text(1).replace(b'"seq":0', b'"seq":-1'),
    "times that go back": text(2)
    .replace(b"04:05Z", b"04:09Z")
    .replace(b'"episode":"2026-11-22T03:04:09Z"', b'"episode":"2026-11-22T03:04:05Z"'),
}


@pytest.mark.parametrize("content", BAD_MANIFESTS.values(), ids=BAD_MANIFESTS.keys())
def test_bad_manifests(content: bytes) -> None:
    frames = 2 if content == BAD_MANIFESTS["times that go back"] else 1
    jpegs = [(f"{i}.jpg", picture()) for i in range(frames)]
    assert refusal(archive(("manifest.json", content), *jpegs)) == "bad-manifest"


def test_empty() -> None:
    assert refusal(b"") == "empty"
    assert refusal(b"", unpack_any) == "empty"
    assert refusal(archive(("manifest.json", text(1)))) == "empty"
    assert refusal(archive()) == "not-a-burst"


def test_too_large() -> None:
    assert refusal(bytes(burst.MAX_BYTES + 1)) == "too-large"
    big = picture()[:-2] + bytes(burst.MAX_FRAME_BYTES) + b"\xff\xd9"
    assert refusal(archive(("manifest.json", text(1)), ("0.jpg", big))) == "too-large"
    assert refusal(big, unpack_any) == "too-large"


def test_too_many_frames() -> None:
    jpegs = [(f"{i}.jpg", picture()) for i in range(burst.MAX_FRAMES + 1)]
    assert refusal(archive(("manifest.json", text(1)), *jpegs)) == "too-many-frames"


def test_ten_thousand_entries_are_refused_without_reading_them() -> None:
    data = archive(*((f"{i}.jpg", b"") for i in range(10_000)))
    begun = time.process_time()
    assert refusal(data) == "too-many-frames"
    assert time.process_time() - begun < 0.005
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 3, 3, len(data) - 40, 18, 0)
    assert refusal(data[:-22] + end) == "not-a-burst"


def test_compressed_entries_are_never_inflated() -> None:
    bomb = archive(("manifest.json", text(1)), ("0.jpg", bytes(50 << 20)), method=8)
    assert len(bomb) < 1 << 17
    assert refusal(bomb) == "not-a-burst"


@pytest.mark.parametrize(
    "names",
    [
        ("0.jpg", "manifest.json"),
        ("manifest.json", "1.jpg"),
        ("manifest.json", "0.jpg", "0.jpg"),
        ("manifest.json", "../0.jpg"),
        ("manifest.json", "/0.jpg"),
        ("manifest.json", "frames/0.jpg"),
        ("manifest.json", "0.png"),
        ("manifest.json", "0.jpg", "2.jpg"),
        ("manifest.json", "０.jpg"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_other_names(names: tuple[str, ...]) -> None:
    data = archive(*((name, text(1) if "manifest" in name else picture()) for name in names))
    assert refusal(data) == "not-a-burst"


def changed(offset: int, format_: str, value: int, *, local: bool = False) -> bytes:
    """A good burst with one number of its second entry's directory record changed."""
    data = bytearray(pack(manifest(1), [picture()]))
    at = data.rindex(b"PK\3\4" if local else b"PK\1\2")
    struct.pack_into(format_, data, at + offset, value)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        changed(20, "<L", 10),  # packed length
        changed(24, "<L", 10),  # length
        changed(24, "<L", 0xFFFFFFFF),
        changed(42, "<L", 0),  # where its header is: over the manifest's
        changed(42, "<L", 0xFFFFFFF0),
        changed(16, "<L", 1),  # checksum
        changed(8, "<H", 1),  # encrypted
        changed(10, "<H", 8),  # deflated
        changed(26, "<H", 60000, local=True),
        changed(28, "<H", 60000, local=True),
        changed(30, "<B", 0x39, local=True),  # another name in its header
        pack(manifest(1), [picture()])[:-1],
        pack(manifest(1), [picture()]) + b"\0",
        b"\0" + pack(manifest(1), [picture()]),
        b"PK\3\4" + bytes(100),
        b"hello",
    ],
)
def test_lies_and_damage(data: bytes) -> None:
    assert refusal(data) == "not-a-burst"


def one(jpeg: bytes) -> bytes:
    return archive(("manifest.json", text(1)), ("0.jpg", jpeg))


@pytest.mark.parametrize(
    "jpeg",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        b"GIF89a",
        picture()[:-2],  # no end marker
        picture()[:100],
        picture()[:100] + b"\xff\xd9",
        picture().replace(b"\xff\xc0", b"\xff\xc9"),  # arithmetic coding
        picture().replace(b"\xff\xda", b"\xff\xfe"),  # no scan
        picture()[:-2] + b"\xff\xda\0\2" * 30 + b"\xff\xd9",  # thirty scans
        declaring(0, 10),
        cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes(),
    ],
)
def test_corrupt_jpeg(jpeg: bytes) -> None:
    assert refusal(one(jpeg)) == "corrupt-jpeg"


@pytest.mark.parametrize("size", [(50_000, 50_000), (4097, 10), (10, 4097), (4096, 4096)])
def test_picture_too_large_is_known_from_its_header(size: tuple[int, int]) -> None:
    begun = time.process_time()
    assert refusal(one(declaring(*size))) == "picture-too-large"
    assert time.process_time() - begun < 0.01
    assert refusal(declaring(*size), unpack_any) == "picture-too-large"


def test_pack_refuses_what_unpack_would() -> None:
    with pytest.raises(BadFrames, match="bad-manifest"):
        pack(manifest(2), [picture()])
    with pytest.raises(BadFrames, match="corrupt-jpeg"):
        pack(manifest(1), [b"no"])
