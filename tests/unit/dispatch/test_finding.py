"""By what registrations are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.dispatch.processes.consent.registration_index import DIGITS, word_of, words
from tests.unit.dispatch.cases import registered


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("見守", "見守 梅子"),
        ("見守梅子", "見守　梅子"),
        ("ﾐﾏﾓﾘ", "ミマモリ ウメコ"),
        ("ｍｉｍａ", "Mimamori Umeko"),
        ("見", "見守 梅子"),
        ("0001", "03-0000-0001"),
        ("０３－００００－０００１", "03-0000-0001"),
        ("+81 3 0000 0001", "03(0000)0001"),
        ("00-0001", "03.0000.0001"),
    ],
)
def test_what_is_said_is_the_beginning_of_what_is_stored(said: str, stored: str) -> None:
    word, place = word_of(said), word_of(stored)
    assert word
    assert place
    assert place.shelf == word.shelf
    assert place.begins.startswith(word.begins)


@pytest.mark.parametrize("said", ["", "　", "001", "０-０-１", "+81"])
def test_what_is_no_word(said: str) -> None:
    assert word_of(said) is None


@given(st.text(max_size=60))
def test_whatever_is_said_or_stored_finds_itself(text: str) -> None:
    word = word_of(text)
    assert word is None or word == word_of(f" {text} ")
    if word and word.shelf.startswith("#") and len(word.shelf) == DIGITS + 1:
        assert word.begins.startswith(word.shelf[1:]) or word.shelf == word.begins[0]


def test_a_registration_is_found_by_everything_a_caller_may_know() -> None:
    shelves = {word.shelf for word in words(registered())}
    assert shelves == {"見", "梅", "花", "h"}, "the telephone numbers are too short"
