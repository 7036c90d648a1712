"""Who is told when: once for each episode, once when it is over (HT-11)."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.activity import watch
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.notices import notices
from lambdas.ingest.activity.timeline import State
from lambdas.ingest.activity.watch import Told, Topic, Watched, Word
from lambdas.shared.household import Home, Member

FIRST = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)  # midnight in Japan
MINUTE = timedelta(minutes=1)
HOUR = 60
WINDOW = 48 * HOUR
H, S, A, U = State.HOME, State.SLEEP, State.AWAY, State.UNKNOWN


class Life:
    """A life in stretches of hours, looked at every so many minutes through a window."""

    def __init__(self, *stretches: tuple[float, State, bool]) -> None:
        said, moves = [], []
        for hours, state, moving in stretches:
            n = round(hours * HOUR)
            said += [state] * n
            moves += [moving and i % 10 == 0 for i in range(n)]
        self.said = np.array(said, np.int8)
        self.motion = np.array(moves, np.int64)

    def at(self, n: int) -> Watched:
        """What is seen when n minutes are over."""
        lo = max(n - WINDOW, 0)
        said = self.said[lo:n]
        known = said != U
        start = np.datetime64("2026-11-02T00:00", "m") + lo
        minutes = Minutes(start=start, motion=self.motion[lo:n], known=known)
        heard = np.flatnonzero(known)
        first = FIRST + lo * MINUTE
        last = first + int(heard[-1]) * MINUTE if len(heard) else None
        return Watched(first, FIRST + n * MINUTE, minutes, said, heard=last)

    def told(self, every: int = 10) -> list[tuple[str, bool, float]]:
        """Topic, whether it is over, and hours after the beginning, of each word that is said."""
        told: Told = {}
        found = []
        for n in range(every, len(self.said) + 1, every):
            words = watch.words(self.at(n), told)
            told = watch.load(watch.dump(watch.after(told, words)))
            found += [(str(w.topic), w.episode.over is not None, n / HOUR) for w in words]
        return found


@pytest.mark.rule("HT-11")
def test_an_absence_is_told_once_and_its_end_once() -> None:
    life = Life((9, H, True), (14, A, False), (5, H, True))
    assert life.told() == [("absence", False, 21), ("absence", True, 23 + 1 / 6)]


@pytest.mark.rule("HT-11")
def test_an_absence_that_ends_before_the_limit_is_not_told() -> None:
    assert Life((9, H, True), (11.9, A, False), (5, H, True)).told() == []


@pytest.mark.rule("HT-11")
def test_two_weeks_away_are_told_once_and_the_return_once() -> None:
    life = Life((9, H, True), (14 * 24, A, False), (5, H, True))
    assert [word[:2] for word in life.told(every=60)] == [("absence", False), ("absence", True)]


@pytest.mark.rule("HT-11")
def test_each_absence_is_told() -> None:
    day = [(9, H, True), (13, A, False), (2, H, True)]
    words = [word[:2] for word in Life(*day, *day, *day).told()]
    assert words == [("absence", False), ("absence", True)] * 3


@pytest.mark.rule("HT-11")
def test_stillness_by_day_is_told_once_and_the_first_movement_once() -> None:
    life = Life((7, S, False), (1, H, True), (9, H, False), (3, H, True))
    assert [word[:2] for word in life.told()] == [("stillness", False), ("stillness", True)]
    first, second = (word[2] for word in life.told())
    assert 16 <= first < 16.5
    assert 17 <= second < 17.5


@pytest.mark.rule("HT-11")
def test_a_night_is_no_stillness() -> None:
    assert Life((12, H, True), (8, H, True), (11, S, False), (3, H, True)).told() == []


@pytest.mark.rule("HT-07", "HT-57")
def test_a_lost_connection_is_told_after_a_day_and_never_as_stillness_or_absence() -> None:
    life = Life((9, H, True), (40, U, False), (5, H, True))
    words = life.told()
    assert [word[:2] for word in words] == [("connection", False), ("connection", True)]
    assert 33 <= words[0][2] < 33.5
    assert 49 <= words[1][2] < 49.5


@pytest.mark.rule("HT-07", "HT-57")
def test_a_week_without_connection_is_told_once() -> None:
    life = Life((9, H, True), (7 * 24, U, False), (5, H, True))
    words = [word[:2] for word in life.told(every=60)]
    assert words == [("connection", False), ("connection", True)]


@pytest.mark.rule("HT-11")
def test_an_outage_during_a_told_absence_ends_nothing() -> None:
    life = Life((9, H, True), (13, A, False), (3, U, False), (10, A, False), (2, H, True))
    assert [word[:2] for word in life.told()] == [("absence", False), ("absence", True)]


STRETCHES = st.lists(
    st.tuples(st.integers(1, 30).map(float), st.sampled_from([H, S, A, U]), st.booleans()),
    min_size=1,
    max_size=8,
)


@pytest.mark.rule("HT-11")
@given(STRETCHES)
def test_whatever_happens_beginnings_and_ends_take_turns(
    stretches: list[tuple[float, State, bool]],
) -> None:
    words = Life(*stretches).told(every=30)
    for topic in Topic:
        ends = [over for name, over, _ in words if name == topic]
        assert ends == [n % 2 == 1 for n in range(len(ends))]


@given(STRETCHES)
def test_no_two_notices_have_one_name(stretches: list[tuple[float, State, bool]]) -> None:
    life, told, named = Life(*stretches), watch.load(None), set()
    home = Home(
        id="h", name="", members=(Member(person="p", role="contractor", name="", email=""),)
    )
    for n in range(60, len(life.said) + 1, 60):
        seen = life.at(n)
        words = watch.words(seen, told)
        for notice in notices(home, words, seen.now):
            assert notice.id not in named
            named.add(notice.id)
        told = watch.after(told, words)


@pytest.mark.rule("A-27")
def test_what_lasts_when_the_service_rests_is_over_and_nobody_is_told() -> None:
    told = watch.after({}, [Word(Topic.ABSENCE, watch.Episode(number=3, since=FIRST))])
    closed = watch.closed(told, FIRST + 5 * MINUTE)
    assert closed[Topic.ABSENCE].over == FIRST + 5 * MINUTE
    assert watch.closed(closed, FIRST + 9 * MINUTE) == closed


@pytest.mark.rule("HT-11", "HT-57")
def test_watchers_learn_of_the_person_and_the_contractor_of_the_line() -> None:
    people = (
        Member(person="hanako", role="contractor", name="", email=""),
        Member(person="taro", role="watcher", name="", email=""),
    )
    home = Home(id="h", name="", members=people)
    words = [Word(topic, watch.Episode(number=1, since=FIRST)) for topic in Topic]
    found = {notice.kind: notice for notice in notices(home, words, FIRST + 13 * HOUR * MINUTE)}
    assert found["activity.absence"].audience.to == "members"  # type: ignore[index]
    assert found["activity.connection_lost"].audience.person == "hanako"  # type: ignore[index,union-attr]
    assert found["activity.absence"].values["hours"] == 13  # type: ignore[index]
