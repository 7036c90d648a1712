"""Two local clouds, each for all tests of a session, which share its moving clock: one with the
mini app for `local/` itself, one with the whole application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import seed
from local.cloud import LocalCloud

MINI_APP = Path(__file__).parent / "mini_app"


@pytest.fixture(scope="session")
def mini_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    state = tmp_path_factory.mktemp("local")
    with LocalCloud.start(MINI_APP, state_dir=state, report=lambda _: None) as cloud:
        yield cloud


@pytest.fixture
def mini_app() -> Path:
    return MINI_APP


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The whole application, seeded. Helpers: tests/e2e/household.py."""
    state = tmp_path_factory.mktemp("cloud")
    with LocalCloud.start(seed=seed.seed, state_dir=state, report=lambda _: None) as cloud:
        yield cloud
