"""The layers that `make layers` built for Lambda."""

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
