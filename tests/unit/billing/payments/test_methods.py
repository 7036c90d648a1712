"""Who may pay how (AL-37, AL-38, AL-39, HT-28)."""

import pytest

from lambdas.billing.forbidden import Forbidden
from lambdas.billing.payments.accounts import Card, Funding
from lambdas.billing.payments.methods import (
    MethodTerms,
    check_bank_transfer,
    check_cadence,
    check_card,
)

ONLINE = MethodTerms(rule="AL-37", refused_funding=("debit", "prepaid"), personal_only=True)
SELF = MethodTerms(rule="AL-38", names=("bank_transfer",))
ALBO_EYE = MethodTerms(
    rule="AL-39",
    refused_funding=("debit", "prepaid"),
    personal_only=True,
    transfer_only_without_card=True,
)
DOSHITERU = MethodTerms(rule="HT-28")


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
        check_bank_transfer(MethodTerms(rule="HT-28", names=("card",)))
