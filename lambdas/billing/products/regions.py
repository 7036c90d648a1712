"""Which region a prefecture belongs to (AL-21)."""

from lambdas.billing.products.terms import Region

TOKYO = "13"
EAST = frozenset(
    [f"{number:02}" for number in (*range(1, 13), 14)]  # Hokkaido, Tohoku, Kanto
    + ["15", "19", "20"]  # Niigata, Yamanashi, Nagano
)
"""The sources say 東日本 and 西日本 and draw no line; this is that of the telephone companies."""


def region_of(prefecture: str) -> Region | None:
    """The region of a prefecture by its JIS number; None when it is not known."""
    if not prefecture:
        return None
    return "tokyo" if prefecture == TOKYO else "east" if prefecture in EAST else "west"
