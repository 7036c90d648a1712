"""One local cloud with the mini app for all tests of `local/`; they share its moving clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import LocalCloud

MINI_APP = Path(__file__).parent / "mini_app"


@pytest.fixture(scope="session")
def mini_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    state = tmp_path_factory.mktemp("local")
    with LocalCloud.start(MINI_APP, state_dir=state, seed=False, report=lambda _: None) as cloud:
        yield cloud


@pytest.fixture
def mini_app() -> Path:
    return MINI_APP
