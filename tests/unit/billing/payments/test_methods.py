"""Who may pay how (AL-37, AL-38, AL-39, HT-28)."""

from datetime import date

import pytest

from lambdas.billing.payments.accounts import Card, Funding
from lambdas.billing.payments.methods import (
    check_bank_transfer,
    check_cadence,
    check_card,
)
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import PaymentTerms


def terms(product: str, plan: str) -> PaymentTerms:
    """What the catalogue says of a product."""
    return standard().product(product).terms(plan, date(2026, 12, 1)).payments


ONLINE = terms("home_security_online", "rental")
SELF = terms("home_security_self", "rental")
ALBO_EYE = terms("albo_eye", "standard")
DOSHITERU = terms("doshiteru", "purchase_no_internet")


def card(funding: Funding = "credit") -> Card:
    return Card(
        token="pm_1",
        customer="cus_1",
        brand="visa",
        last4="4242",
        expires="2030-12",
        funding=funding,
    )


@pytest.mark.rule("AL-37")
def test_online_takes_personal_credit_cards_and_accounts() -> None:
    check_card(ONLINE, card())
    check_bank_transfer(ONLINE, has_card=True)
    check_cadence(ONLINE, "monthly")
    for funding in ("debit", "prepaid"):
        with pytest.raises(Forbidden, match=f"AL-37: no {funding} cards"):
            check_card(ONLINE, card(funding))
    with pytest.raises(Forbidden, match="AL-37: personal cards only"):
        check_card(ONLINE, card(), business=True)
    with pytest.raises(Forbidden, match="AL-37: paid month by month only, not yearly"):
        check_cadence(ONLINE, "yearly")


@pytest.mark.rule("AL-38")
def test_self_takes_accounts_only() -> None:
    check_bank_transfer(SELF)
    with pytest.raises(Forbidden, match="AL-38: no cards"):
        check_card(SELF, card())


@pytest.mark.rule("AL-39")
def test_albo_eye_takes_cards_and_accounts_of_those_without() -> None:
    check_card(ALBO_EYE, card())
    check_bank_transfer(ALBO_EYE, has_card=False)
    with pytest.raises(Forbidden, match="AL-39: bank transfer is for customers without"):
        check_bank_transfer(ALBO_EYE, has_card=True)
    with pytest.raises(Forbidden, match="AL-39: no debit cards"):
        check_card(ALBO_EYE, card("debit"))


@pytest.mark.rule("HT-28")
def test_doshiteru_takes_any_card_and_accounts() -> None:
    for funding in ("credit", "debit", "prepaid", "unknown"):
        check_card(DOSHITERU, card(funding))
    check_bank_transfer(DOSHITERU, has_card=True)


def test_a_product_may_take_cards_only() -> None:
    with pytest.raises(Forbidden, match="no bank transfer"):
        check_bank_transfer(DOSHITERU.model_copy(update={"names": ("card",)}))
