"""Yen and the tax within them: the worked examples of the rules."""

from fractions import Fraction

import pytest

from lambdas.shared.money import share, tax_of_invoice, tax_within, with_tax

EIGHT, TEN = Fraction(8, 100), Fraction(10, 100)


@pytest.mark.rule("G-04", "AL-76")
def test_what_is_below_one_yen_is_dropped() -> None:
    assert share(1100, 21, 30) == 770
    assert share(1100, 19, 28) == 746
    assert share(1100, 10, 30) == 366


@pytest.mark.rule("G-05")
def test_tax_is_computed_once_per_rate_of_an_invoice() -> None:
    assert tax_within(4378, TEN) == 398
    assert tax_within(4258, TEN) + tax_within(120, TEN) == 397
    assert tax_of_invoice([(4258, TEN), (120, TEN)]) == {TEN: 398}
    assert tax_of_invoice([(486, EIGHT), (495, TEN)]) == {EIGHT: 36, TEN: 45}


@pytest.mark.rule("G-06", "DC-02", "DC-03")
def test_tax_on_top() -> None:
    assert (with_tax(450, EIGHT), with_tax(450, TEN)) == (486, 495)
    assert (with_tax(100, EIGHT), with_tax(100, TEN)) == (108, 110)


def test_the_tax_of_a_credit_is_that_of_the_charge() -> None:
    assert tax_within(-4378, TEN) == -398
