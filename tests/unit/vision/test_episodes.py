"""Episodes: when one starts, when it ends, and what is remembered of it."""

from iot.vision.episodes import Episodes, Step
from iot.vision.motion import NOTHING, Motion


def moving(level: float = 0.1) -> Motion:
    return Motion("motion", level=level)


def steps(episodes: Episodes, marks: str) -> list[Step]:
    """One picture a mark, ten a second: m moving, l light, anything else quiet."""
    kinds = {"m": moving(), "l": Motion("light")}
    return [episodes.step(i / 10, kinds.get(mark, NOTHING)) for i, mark in enumerate(marks)]


def test_it_starts_after_three_moving_pictures_in_a_row() -> None:
    seen = steps(Episodes(confirm=3), "..mm.mmm")
    assert [i for i, step in enumerate(seen) if step.started] == [7]
    assert seen[7].started is not None
    assert seen[7].started.start == 0.5
    assert seen[7].running == seen[7].started


def test_it_ends_after_quiet_and_says_when_it_last_moved() -> None:
    seen = steps(Episodes(confirm=1, quiet=0.5), "mm" + "." * 7)
    ended = [(i, step.ended) for i, step in enumerate(seen) if step.ended]
    assert [i for i, _ in ended] == [6]
    assert ended[0][1] is not None
    assert (ended[0][1].start, ended[0][1].end, ended[0][1].frames) == (0, 0.1, 2)
    assert seen[7] == Step()


def test_a_short_rest_does_not_end_it() -> None:
    seen = steps(Episodes(quiet=1.5), "mmm" + "." * 14 + "m" + "." * 15)
    assert sum(step.started is not None for step in seen) == 1
    assert [i for i, step in enumerate(seen) if step.ended] == [32]


def test_light_starts_none() -> None:
    assert all(step == Step() for step in steps(Episodes(), "l" * 20))


def test_the_strongest_picture_is_remembered() -> None:
    episodes = Episodes(confirm=1)
    for i, level in enumerate([0.1, 0.4, 0.2]):
        episodes.step(float(i) / 10, moving(level))
    ended = episodes.close().ended
    assert ended is not None
    assert (ended.peak.level, ended.peak_at) == (0.4, 0.1)
    assert episodes.close() == Step()


def test_a_row_not_yet_confirmed_is_no_episode_when_the_stream_closes() -> None:
    episodes = Episodes(confirm=3)
    steps(episodes, "mm")
    assert episodes.close().ended is None
    assert steps(episodes, "mm")[-1] == Step()
