"""Each correction of MiniStack still has its cause, and says what it is."""

import pytest

from local import corrections


@pytest.mark.parametrize("correction", corrections.ALL, ids=lambda c: c.name)
def test_correction_is_still_needed(correction: corrections.Correction) -> None:
    assert correction.is_needed(), (
        f"MiniStack changed {correction.upstream}. Look whether it now does what the correction"
        f" {correction.name!r} does (“{correction.reason}”): if so, remove the correction, if not,"
        " name its new cause."
    )


@pytest.mark.parametrize("correction", corrections.ALL, ids=lambda c: c.name)
def test_correction_gives_its_reason(correction: corrections.Correction) -> None:
    assert len(correction.reason) > 40


def test_a_mended_upstream_is_noticed() -> None:
    mended = corrections.Correction(
        lambda: None, "services.iot:_mtls_build_ssl_context", has="nothing like this", lacks=""
    )
    gone = corrections.Correction(lambda: None, "services.iot:no_such_function", has="x", lacks="")
    assert not mended.is_needed()
    assert not gone.is_needed()
