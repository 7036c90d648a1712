"""The demo's stories fail when something was not seen."""

from pathlib import Path

import pytest

from local import seed
from local.cloud import LocalCloud
from local.stories import homecheck, live
from local.stories.telling import Telling, until


@pytest.mark.slow
@pytest.mark.rule("S-6")
def test_the_story_of_a_home_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LocalCloud.start(seed=seed.seed, state_dir=tmp_path, report=lambda _: None) as cloud:
        assert homecheck.tell(cloud, once=True)
    told = capsys.readouterr().out
    assert "✗" not in told
    assert told.count("✓") == len(homecheck.STEPS)


@pytest.mark.slow
@pytest.mark.rule("DC-25", "DC-29")
def test_the_story_of_a_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LocalCloud.start(seed=seed.seed, state_dir=tmp_path, report=lambda _: None) as cloud:
        assert live.tell(cloud, None, once=True)
    told = capsys.readouterr().out
    assert "✗" not in told
    assert told.count("✓") == len(live.STEPS)


def test_a_story_with_a_step_unseen_did_not_end_well(capsys: pytest.CaptureFixture[str]) -> None:
    story = Telling({"came": "somebody came", "went": "somebody went"})
    story.observe("came", "at noon")
    assert not story.ended_well()
    assert "✗ not observed: somebody went" in capsys.readouterr().out
    story.observe("went", "at one")
    assert story.ended_well()


def test_what_never_comes_is_not_waited_for_for_ever() -> None:
    with pytest.raises(TimeoutError, match="the mail"):
        until("the mail", lambda: None, patience=0.01)
