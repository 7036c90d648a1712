"""Cards, against a double of Stripe on this machine."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs

import pytest
import stripe

from lambdas.billing.payments.gateway import Charge, Misused, PaymentGateway, Unavailable
from lambdas.billing.payments.stripe_gateway import StripeGateway
from tests.unit.billing.payments.payers import SEPTEMBER
from tests.unit.billing.payments.stripe_double import StripeDouble, running

ON = date(2026, 9, 30)
GOOD, FAILS_LATER, ASKS_FOR_OWNER = "4242424242424242", "4000000000000341", "4000002760003184"
DEBIT, PREPAID = "4000056655665556", "5105105105105100"


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[StripeDouble]:
    with running() as double:
        yield double


@pytest.fixture(name="double")
def _double(server: StripeDouble) -> StripeDouble:
    server.clear()
    return server


@pytest.fixture(name="gateway")
def _gateway(double: StripeDouble) -> PaymentGateway:
    return StripeGateway("sk_test_12345", address=double.address, retries=0, timeout=60)


@pytest.fixture(name="page")
def _page(double: StripeDouble) -> stripe.StripeClient:
    """The customer's browser, in which Stripe's own form takes the number."""
    return stripe.StripeClient("sk_test_12345", base_addresses={"api": double.address})


def registered(gateway: PaymentGateway, page: stripe.StripeClient, number: str = GOOD) -> str:
    """The token of a card that a customer registered."""
    setup = gateway.register("c-1")
    method = page.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"},
        }
    )
    page.v1.payment_methods.attach(method.id, {"customer": setup.customer})
    return method.id


def charge(gateway: PaymentGateway, token: str, amount: int = 4378, attempt: int = 1) -> Charge:
    return Charge(
        contract="c-1",
        invoice="c-1-2026-09",
        month=SEPTEMBER,
        amount=amount,
        card=gateway.card(token),
        on=ON,
        attempt=attempt,
    )


@pytest.mark.rule("HT-28")
def test_a_registered_card_is_charged(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    result = gateway.charge(charge(gateway, registered(gateway, page)))
    assert (result.state, result.amount, result.on, result.reason) == ("paid", 4378, ON, None)
    assert (result.id, result.contract) == ("card/c-1/c-1-2026-09/1", "c-1")
    (intent,) = double.intents()
    assert (intent.id, intent.status) == (result.reference, "succeeded")


@pytest.mark.rule("G-04")
def test_yen_are_told_as_yen(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    """The yen has no hundredths: 4,378 yen are 4378 to Stripe, not 437800."""
    gateway.charge(charge(gateway, registered(gateway, page)))
    (sent,) = [parse_qs(body) for path, body in double.asked if path == "POST /v1/payment_intents"]
    assert (sent["amount"], sent["currency"]) == (["4378"], ["jpy"])
    assert (sent["off_session"], sent["confirm"]) == (["true"], ["true"])


@pytest.mark.rule("G-08")
def test_asking_twice_charges_once(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    asked = charge(gateway, registered(gateway, page))
    assert gateway.charge(asked) == gateway.charge(asked)
    assert len(double.intents()) == 1


@pytest.mark.rule("G-08")
def test_an_answer_that_got_lost_charges_once(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    asked = charge(gateway, registered(gateway, page))
    double.lose_next = 1
    lost = gateway.charge(asked)
    assert (lost.state, lost.fact()) == ("retry", None)
    assert gateway.charge(asked).state == "paid"
    assert len(double.intents()) == 1


@pytest.mark.rule("G-08")
def test_a_charge_is_found_again_when_its_name_was_forgotten(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    asked = charge(gateway, registered(gateway, page))
    double.lose_next = 1
    gateway.charge(asked)
    double.forget_keys()
    found = gateway.charge(asked, again=True)
    assert (found.state, found.amount) == ("paid", 4378)
    assert len(double.intents()) == 1


def test_what_never_got_through_is_charged_when_asked_again(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    asked = charge(gateway, registered(gateway, page))
    double.fail_next = [503]
    assert gateway.charge(asked).state == "retry"
    assert gateway.charge(asked, again=True).state == "paid"
    assert len(double.intents()) == 1


@pytest.mark.rule("HT-29")
def test_a_refused_card(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    token = registered(gateway, page, FAILS_LATER)
    refused = gateway.charge(charge(gateway, token))
    assert (refused.state, refused.reason) == ("failed", "card_declined")
    assert gateway.charge(charge(gateway, token)) == refused
    assert len(double.intents()) == 1
    other = registered(gateway, page)
    assert gateway.charge(charge(gateway, other, attempt=2)).state == "paid"


@pytest.mark.rule("HT-29")
def test_a_card_that_asks_for_its_owner_is_refused_and_left_closed(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    result = gateway.charge(charge(gateway, registered(gateway, page, ASKS_FOR_OWNER)))
    assert (result.state, result.reason) == ("failed", "authentication_required")
    (intent,) = double.intents()
    assert intent.status == "canceled"


def test_a_card_that_is_gone(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble
) -> None:
    token = registered(gateway, page)
    gone = charge(gateway, token).model_copy(
        update={"card": gateway.card(token).model_copy(update={"token": "pm_gone"})}
    )
    result = gateway.charge(gone)
    assert (result.state, result.reason) == ("failed", "card_unknown")
    with pytest.raises(LookupError):
        gateway.card("pm_gone")


@pytest.mark.parametrize("status", [409, 429, 500, 502, 503])
def test_nothing_is_decided_by_a_fault_of_stripe(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble, status: int
) -> None:
    asked = charge(gateway, registered(gateway, page))
    double.fail_next = [status]
    assert gateway.charge(asked).state == "retry"
    assert gateway.charge(asked).state == "paid"
    double.fail_next = [status]
    with pytest.raises(Unavailable):
        gateway.register("c-2")


def test_nobody_there(page: stripe.StripeClient, gateway: PaymentGateway) -> None:
    asked = charge(gateway, registered(gateway, page))
    nobody = StripeGateway("sk_test_12345", address="http://127.0.0.1:9", retries=0, timeout=1)
    assert nobody.charge(asked).state == "retry"


@pytest.mark.parametrize("status", [401, 403, 400])
def test_our_own_mistakes_are_no_failure_of_the_customers(
    gateway: PaymentGateway, page: stripe.StripeClient, double: StripeDouble, status: int
) -> None:
    asked = charge(gateway, registered(gateway, page))
    double.fail_next = [status]
    with pytest.raises(Misused, match=str(status)):
        gateway.charge(asked)


def test_one_name_for_two_amounts_is_our_mistake(
    gateway: PaymentGateway, page: stripe.StripeClient
) -> None:
    token = registered(gateway, page)
    gateway.charge(charge(gateway, token))
    with pytest.raises(Misused, match="IdempotencyError"):
        gateway.charge(charge(gateway, token, amount=4379))


def test_stripe_takes_no_less_than_fifty_yen(
    gateway: PaymentGateway, page: stripe.StripeClient
) -> None:
    with pytest.raises(Misused, match="amount_too_small"):
        gateway.charge(charge(gateway, registered(gateway, page), amount=49))


@pytest.mark.rule("AL-37")
@pytest.mark.parametrize(
    ("number", "funding"), [(GOOD, "credit"), (DEBIT, "debit"), (PREPAID, "prepaid")]
)
def test_what_is_kept_of_a_card(
    gateway: PaymentGateway,
    page: stripe.StripeClient,
    double: StripeDouble,
    number: str,
    funding: str,
) -> None:
    token = registered(gateway, page, number)
    card = gateway.card(token)
    assert (card.brand, card.last4, card.expires) == ("visa", number[-4:], "2030-12")
    assert card.funding == funding
    result = gateway.charge(charge(gateway, token))
    for text in (repr(card), card.model_dump_json(), repr(result), result.model_dump_json()):
        assert number not in text
    ours = [body for path, body in double.asked if "/payment_methods" not in path]
    assert not any(number in body for body in ours)


def test_a_customer_is_made_once(gateway: PaymentGateway, double: StripeDouble) -> None:
    first, second = gateway.register("c-1"), gateway.register("c-1")
    assert first.customer == second.customer
    assert first.secret != second.secret
    assert gateway.register("c-1", first.customer).customer == first.customer


def test_a_card_nobody_registered_is_none(
    gateway: PaymentGateway, page: stripe.StripeClient
) -> None:
    loose = page.v1.payment_methods.create(
        {"type": "card", "card": {"number": GOOD, "exp_month": 1, "exp_year": 2031, "cvc": "123"}}
    )
    with pytest.raises(LookupError, match="no registered card"):
        gateway.card(loose.id)
