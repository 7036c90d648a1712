"""By what registrations are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.dispatch.processes.consent.registration_index import DIGITS, search_key, search_keys
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
    key, place = search_key(said), search_key(stored)
    assert key
    assert place
    assert place.partition == key.partition
    assert place.prefix.startswith(key.prefix)


@pytest.mark.parametrize("said", ["", "　", "001", "０-０-１", "+81"])
def test_what_is_no_word(said: str) -> None:
    assert search_key(said) is None


@given(st.text(max_size=60))
def test_whatever_is_said_or_stored_finds_itself(text: str) -> None:
    key = search_key(text)
    assert key is None or key == search_key(f" {text} ")
    if key and key.partition.startswith("#") and len(key.partition) == DIGITS + 1:
        assert key.prefix.startswith(key.partition[1:]) or key.partition == key.prefix[0]


def test_a_registration_is_found_by_everything_a_caller_may_know() -> None:
    shelves = {key.partition for key in search_keys(registered())}
    assert shelves == {"見", "梅", "花", "h"}, "the telephone numbers are too short"
