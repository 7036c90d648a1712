"""Yen. Amounts are integers; what lies between is an exact fraction, never a float."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

Rate = Fraction
"""A tax rate: ``Fraction(10, 100)``."""


def whole_yen(amount: Fraction) -> int:
    """An amount in whole yen, what is below one yen dropped: done once per invoice line (G-04)."""
    return floor(amount)


def share(yen: int, part: int, whole: int) -> int:
    """``part`` of ``whole`` days' worth of an amount.

    >>> share(1100, 19, 28)
    746
    """
    return whole_yen(Fraction(yen * part, whole))


def with_tax(yen: int, rate: Rate) -> int:
    """The price a consumer pays for what costs ``yen`` without tax."""
    return yen + yen * rate.numerator // rate.denominator


def tax_within(total: int, rate: Rate) -> int:
    """The tax contained in a total: floor(total × 10/110) at 10 % (G-05). That of a credit is the
    same with the sign turned."""
    tax = abs(total) * rate.numerator // (rate.numerator + rate.denominator)
    return tax if total >= 0 else -tax


def tax_of_invoice(lines: Iterable[tuple[int, Rate]]) -> dict[Rate, int]:
    """The tax of an invoice, computed once per rate over the sum of the lines with it (G-05)."""
    totals: dict[tuple[int, int], tuple[Rate, int]] = {}
    for yen, rate in lines:
        ratio = rate.as_integer_ratio()  # hashed in a tenth of the time that a fraction takes
        totals[ratio] = rate, totals.get(ratio, (rate, 0))[1] + yen
    return {rate: tax_within(total, rate) for rate, total in totals.values()}
