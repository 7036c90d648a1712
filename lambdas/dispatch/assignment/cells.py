"""The map in cells: where responders are listed, and what a search reads of it.

A row stands under a coarse cell of H3 and is sorted by a fine one in it. All rows of any cell in
between are a range, because H3 numbers a cell's children next to each other; so a search reads
large cells where hardly anybody is, and small ones in the middle of a town.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import h3

from lambdas.dispatch.assignment.travel import metres
from lambdas.dispatch.casework.place import Place

COARSE, FINE = 5, 9
"""H3's resolutions: cells of about 250 km² and of 0.1 km². Rows stand under them: whoever changes
them must write the rows anew (each is, with the next position)."""

_RESOLUTION_BITS = 52
"""Where an H3 index has its resolution."""

_SLACK = 1.0
"""Metres by which a cell is taken to be larger than it is, for H3's rounding at its edges."""

_OUTSIDE = 1.1
"""Cells of finer resolutions lie a little outside the cell that they are counted in: about 5 % of
its radius. Held against brute force by tests/property/test_arrival_properties.py."""


class Near(NamedTuple):
    """A cell, and how near its nearest point is at least (metres)."""

    metres: float
    name: str


def fine_cell(place: Place) -> str:
    """The cell by which a place is sorted."""
    return str(h3.latlng_to_cell(*place.point, FINE))


def coarse_cell(cell: str) -> str:
    """The cell under which a cell's rows stand."""
    return str(h3.cell_to_parent(cell, COARSE))


def span(cell: str) -> tuple[str, str]:
    """The first and the last fine cell in a cell, as they are sorted."""
    last = int(cell, 16) & ~(0xF << _RESOLUTION_BITS) | FINE << _RESOLUTION_BITS
    return str(h3.cell_to_center_child(cell, FINE)), f"{last:x}"


def is_finest(cell: str) -> bool:
    """Whether a cell has no smaller ones in it that rows are sorted by."""
    return bool(h3.get_resolution(cell) >= FINE)


def parts(cell: str, to: Place) -> list[Near]:
    """The cells of the next resolution in a cell, with how near they are to a place."""
    resolution = h3.get_resolution(cell) + 1
    return [Near(at_least_metres(one, to), one) for one in h3.cell_to_children(cell, resolution)]


def rings(to: Place) -> Iterator[list[Near]]:
    """The coarse cells around a place, ring by ring, the nearest of each ring first.

    Whoever comes from further out must cross the ring, so that its nearest cell bounds all that
    lies behind it.
    """
    centre, ring = coarse_cell(fine_cell(to)), 0
    while cells := h3.grid_ring(centre, ring):
        yield sorted(Near(at_least_metres(name, to), name) for name in cells)
        ring += 1


def at_least_metres(cell: str, to: Place) -> float:
    """A distance that no place listed in the cell is nearer than."""
    middle, radius = _circle(cell)
    return max(0.0, metres(middle, to) - radius * _OUTSIDE - _SLACK)


@lru_cache(maxsize=16_384)
def _circle(cell: str) -> tuple[Place, float]:
    """A cell's centre, and how far its corners are from it."""
    middle = _place(h3.cell_to_latlng(cell))
    return middle, max(metres(middle, _place(corner)) for corner in h3.cell_to_boundary(cell))


def _place(point: tuple[float, float]) -> Place:
    return Place(latitude=point[0], longitude=point[1])
