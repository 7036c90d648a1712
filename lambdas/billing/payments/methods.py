"""Who may pay how: what a product says of payment methods."""

from lambdas.billing.payments.accounts import Card, StoredAccount, Value
from lambdas.billing.payments.zengin import New
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import PaymentTerms


class Methods(Value):
    """What a contractor registered to pay with, as it is kept."""

    account: StoredAccount | None = None
    new: New = "first"
    """What the bank is told of the account: asked for the first time, changed, or known."""

    card: Card | None = None
    payer: str | None = None
    """The card gateway's name of who pays: cards are registered under it."""


def check_cadence(terms: PaymentTerms, cadence: str) -> None:
    """Forbidden when a customer wants to pay otherwise than month by month."""
    if cadence != "monthly":
        raise Forbidden(terms.rule, f"paid month by month only, not {cadence}")


def check_bank_transfer(terms: PaymentTerms, *, has_card: bool = False) -> None:
    """Forbidden when the product takes no bank transfer, or none from somebody with a card."""
    if "bank_transfer" not in terms.names:
        raise Forbidden(terms.rule, "no bank transfer for this product")
    if terms.transfer_only_without_card and has_card:
        raise Forbidden(terms.rule, "bank transfer is for customers without a credit card")


def check_takes_cards(terms: PaymentTerms) -> None:
    """Forbidden when the product takes no card."""
    if "card" not in terms.names:
        raise Forbidden(terms.rule, "no cards for this product")


def check_card(terms: PaymentTerms, card: Card, *, business: bool = False) -> None:
    """Forbidden when the product takes no card, or not this one.

    ``business`` is what the applicant declares: gateways do not tell whose card it is.
    """
    check_takes_cards(terms)
    if card.funding in terms.refused_funding:
        raise Forbidden(terms.rule, f"no {card.funding} cards")
    if terms.personal_only and business:
        raise Forbidden(terms.rule, "personal cards only")
