"""Who is told when: once for each episode, once when it is over (HT-11)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.ingest.activity import watch
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.notices import acknowledged, notices
from lambdas.ingest.activity.preferences import Preferences, SensorSite
from lambdas.ingest.activity.timeline import State
from lambdas.ingest.activity.told import NOTHING, Acknowledged, Episode, Told, Topic
from lambdas.ingest.activity.watch import STANDARD, UNHEARD, After, Watched, Word
from tests.examples import examples

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

    def words(
        self, people: Mapping[str, After], every: int = 10
    ) -> Iterator[tuple[float, list[Word]]]:
        """Hours after the beginning of each look, and what is said then."""
        told = NOTHING
        for n in range(every, len(self.said) + 1, every):
            words, after = watch.words(self.at(n), told, people)
            told = Told.model_validate_json(after.model_dump_json())
            yield n / HOUR, words

    def told(self, every: int = 10) -> list[tuple[str, bool, float]]:
        """Topic, whether it is over, and hours after the beginning, of each word that is said."""
        return [
            (str(word.topic), word.episode.over is not None, hours)
            for hours, words in self.words({"hanako": CONTRACTOR}, every)
            for word in words
        ]


CONTRACTOR = {**STANDARD, Topic.CONNECTION: UNHEARD}


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


def take_turns(stretches: list[tuple[float, State, bool]], every: int) -> None:
    """Of each topic a beginning and an end are told in turns."""
    words = Life(*stretches).told(every=every)
    for topic in Topic:
        ends = [over for name, over, _ in words if name == topic]
        assert ends == [n % 2 == 1 for n in range(len(ends))]


@pytest.mark.rule("HT-11")
@settings(max_examples=15)
@given(STRETCHES)
def test_whatever_happens_beginnings_and_ends_take_turns(
    stretches: list[tuple[float, State, bool]],
) -> None:
    take_turns(stretches, every=60)


@pytest.mark.slow
@pytest.mark.rule("HT-11")
@settings(max_examples=examples(200))
@given(STRETCHES)
def test_beginnings_and_ends_take_turns_however_often_one_looks(
    stretches: list[tuple[float, State, bool]],
) -> None:
    take_turns(stretches, every=15)


@settings(max_examples=10)
@given(STRETCHES)
def test_no_two_notices_have_one_name(stretches: list[tuple[float, State, bool]]) -> None:
    named = set()
    people = {"hanako": CONTRACTOR, "taro": {Topic.ABSENCE: 5 * HOUR * MINUTE}}
    for hours, words in Life(*stretches).words(people, every=60):
        for notice in notices("h", words, FIRST + hours * HOUR * MINUTE):
            assert notice.id not in named
            named.add(notice.id)


@settings(max_examples=10)
@given(STRETCHES)
def test_each_is_told_of_the_end_of_just_what_they_were_told_of(
    stretches: list[tuple[float, State, bool]],
) -> None:
    people = {"hanako": CONTRACTOR, "taro": {Topic.ABSENCE: 5 * HOUR * MINUTE}}
    lasting: set[tuple[str, str, int]] = set()
    for _, words in Life(*stretches).words(people, every=60):
        for topic, episode, person in words:
            one = (person, str(topic), episode.number)
            assert (one in lasting) == (episode.over is not None)
            lasting ^= {one}


@pytest.mark.rule("HT-11", "A-22")
def test_each_watcher_is_told_after_as_long_as_they_set_and_of_one_end() -> None:
    people = {
        "soon": {Topic.ABSENCE: 4 * HOUR * MINUTE},
        "late": {Topic.ABSENCE: 10 * HOUR * MINUTE},
        "later": {Topic.ABSENCE: 30 * HOUR * MINUTE},
        "never": {},
    }
    life = Life((9, H, True), (14, A, False), (5, H, True))
    found = [
        (word.person, word.episode.number, word.episode.over is not None, hours)
        for hours, words in life.words(people, every=60)
        for word in words
    ]
    assert found == [
        ("soon", 1, False, 13),
        ("late", 1, False, 19),
        ("soon", 1, True, 24),
        ("late", 1, True, 24),
    ]


@settings(max_examples=10)
@given(STRETCHES)
def test_before_the_next_look_nothing_is_to_be_told(
    stretches: list[tuple[float, State, bool]],
) -> None:
    people = {"hanako": CONTRACTOR, "taro": {Topic.ABSENCE: 5 * HOUR * MINUTE}}
    life, told, again = Life(*stretches), NOTHING, FIRST
    for n in range(60, len(life.said) + 1, 60):
        seen = life.at(n)
        words, told = watch.words(seen, told, people)
        assert not words or again <= seen.now
        again = watch.next_look(seen, told, people)


@pytest.mark.rule("AL-05", "A-10")
@pytest.mark.parametrize(("hours", "told"), [(12, [21, 25]), (14, [23, 25]), (18, [])])
def test_a_silence_of_the_rhythm_is_told_by_day_and_night_after_the_hours_of_the_site(
    hours: int, told: list[float]
) -> None:
    after = watch.limits(Preferences(), SensorSite(rhythm_hours=hours), notices=False, rhythm=True)
    life = Life((9, H, True), (16, S, False), (5, H, True))
    words = [(at, word) for at, some in life.words({"p": after}, every=60) for word in some]
    assert {word.topic for _, word in words} <= {Topic.RHYTHM}
    assert [round(at) for at, _ in words] == [pytest.approx(one, abs=1) for one in told]


@pytest.mark.rule("AL-05", "HT-07")
def test_neither_an_absence_nor_a_lost_connection_is_a_silence_of_the_rhythm() -> None:
    after = watch.limits(Preferences(), SensorSite(), notices=False, rhythm=True)
    for state in (A, U):
        life = Life((9, H, True), (20, state, False), (5, H, True))
        assert not any(words for _, words in life.words({"p": after}))


@pytest.mark.rule("A-27")
def test_what_lasts_when_the_service_rests_is_over_and_nobody_is_told() -> None:
    told = NOTHING.model_copy(
        update={"episodes": {Topic.ABSENCE: Episode(number=3, since=FIRST, told=("p",))}}
    )
    closed = watch.closed(told, FIRST + 5 * MINUTE)
    assert closed.episodes[Topic.ABSENCE].over == FIRST + 5 * MINUTE
    assert watch.closed(closed, FIRST + 9 * MINUTE) == closed


@pytest.mark.rule("HT-11")
def test_one_looks_after_it_and_all_others_who_were_told_know() -> None:
    episode = Episode(number=2, since=FIRST, told=("hanako", "taro", "jiro"))
    by = Acknowledged(person="taro", name="太郎", at=FIRST + HOUR * MINUTE)
    found = acknowledged("h", Topic.ABSENCE, episode, by)
    assert [one.audience.person for one in found] == ["hanako", "jiro"]  # type: ignore[union-attr]
    assert len({one.id for one in found}) == 2
    assert found[0].values["by"] == "太郎"


def test_a_notice_says_since_when_and_for_how_many_hours() -> None:
    (notice,) = notices(
        "h", [Word(Topic.ABSENCE, Episode(number=1, since=FIRST), "p")], FIRST + 13 * HOUR * MINUTE
    )
    assert notice.values == {"since": FIRST.isoformat(), "hours": 13}
