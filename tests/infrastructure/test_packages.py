"""The layers that `make layers` built for Lambda."""

import shutil
from pathlib import Path

import pytest

from stacks.constructs import packages


def test_layers_and_code_fit_into_lambda() -> None:
    assert 50 * 2**20 < packages.heaviest() < packages.LIMIT


def test_what_is_compiled_in_them_is_compiled_for_lambda() -> None:
    """ELF machine 183 is AArch64; extension modules carry CPython 3.13's tag or none."""
    compiled = list((packages.BUILD / "layers").rglob("*.so"))
    assert any("cv2" in str(path) for path in compiled)
    for path in compiled:
        head = path.open("rb").read(20)
        assert head[:4] == b"\x7fELF", path
        assert int.from_bytes(head[18:20], "little") == 183, path
        if ".cpython-" in path.name:
            assert ".cpython-313-aarch64" in path.name, path


def test_what_is_compiled_asks_for_nothing_that_lambda_s_system_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel that is too new does not load there, and nobody would be told who it was."""
    layers = packages.BUILD / "layers"
    assert packages.asks_too_much(layers) == []
    (some,) = layers.rglob("cv2.abi3.so")
    shutil.copy(some, tmp_path)
    monkeypatch.setitem(packages.SYSTEM, "GLIBC", (2, 16))
    assert "cv2.abi3.so asks for GLIBC_2.17" in packages.asks_too_much(tmp_path)
