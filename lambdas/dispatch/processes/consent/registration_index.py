"""Under which keys a registration is found by whoever has somebody on the telephone: names by how
they begin, telephone numbers by how they end."""

import unicodedata
from itertools import chain
from typing import NamedTuple

from lambdas.dispatch.processes.consent import facts as f

DIGITS = 4
"""So many of a telephone number's last digits are needed to look for it."""

_AROUND_DIGITS = str.maketrans("", "", "+-()‐–—ー−.・/")


class SearchKey(NamedTuple):
    """The partition of the index that is looked up, and how the sort keys found there begin."""

    partition: str
    prefix: str


def search_keys(one: f.Registered) -> set[SearchKey]:
    """Everything by which a registration is found."""
    people = (one.target, one.contractor)
    given = (part for who in people for part in who.name.split()[1:])  # 見守 梅子: also by 梅子
    said = (who.name for who in people), given, (who.phone for who in people)
    return {word for text in (*chain(*said), one.home, one.home_name) if (word := search_key(text))}


def search_key(said: str) -> SearchKey | None:
    """Where something is looked up that an operator was told, or that was registered.

    Full-width or half-width, large or small, with spaces or without is the same. None for what is
    no word: nothing, or fewer digits than one can look for.
    """
    plain = "".join(unicodedata.normalize("NFKC", said).casefold().split())
    digits = plain.translate(_AROUND_DIGITS)
    if digits.isascii() and digits.isdigit():
        national = "0" + digits[2:] if plain.startswith("+81") else digits
        backwards = national[::-1]
        return SearchKey(f"#{backwards[:DIGITS]}", backwards) if len(national) >= DIGITS else None
    return SearchKey(plain[0], plain) if plain else None
