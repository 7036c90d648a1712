"""Cards through Stripe.

The one module that speaks to Stripe. It is told everything, keeps nothing, and knows of a card what
Stripe's token says: the number goes from the customer's browser to Stripe.
"""

import stripe

from lambdas.billing.payments.accounts import Card, Funding
from lambdas.billing.payments.gateway import Charge, Misused, Page, Setup, Unavailable
from lambdas.billing.payments.results import PaymentResult, State

CURRENCY = "jpy"
FUNDING: dict[str, Funding] = {"credit": "credit", "debit": "debit", "prepaid": "prepaid"}

STATES: dict[str, State] = {
    "succeeded": "paid",
    "processing": "pending",
    "requires_payment_method": "failed",
    "requires_action": "failed",
    "canceled": "failed",
}
"""What the status of a payment intent means when the customer is not there to act."""

GONE = ("resource_missing", "payment_method_unexpected_state")
"""The card was removed at Stripe: the customer has to register one."""

RETRY = (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError)
"""Nobody knows what became of it: no answer, too many requests, a fault of Stripe's, or the same
attempt under way at this moment."""


class StripeGateway:
    """Stripe as a ``PaymentGateway``."""

    def __init__(
        self, key: str, *, address: str | None = None, timeout: float = 20, retries: int = 2
    ) -> None:
        """``address`` is that of a double of Stripe; ``retries`` are the library's own, after
        errors of the network."""
        self._client = stripe.StripeClient(
            key,
            http_client=stripe.RequestsClient(timeout=timeout),
            max_network_retries=retries,
            base_addresses={"api": address} if address else None,
        )

    def register(self, contract: str, customer: str | None = None) -> Setup:
        """Begin to register a card, to be charged later without its owner."""
        try:
            customer = customer or self._customer(contract)
            setup = self._client.v1.setup_intents.create(
                {
                    "customer": customer,
                    "usage": "off_session",
                    "allowed_payment_method_types": ["card"],
                }
            )
        except RETRY as error:
            raise Unavailable(_said(error)) from error
        except stripe.StripeError as error:
            raise Misused(_said(error)) from error
        return Setup(customer, setup.client_secret or "")

    def page(self, contract: str, back: str, customer: str | None = None) -> Page:
        """Begin to register a card on Stripe's own page (a Checkout session in setup mode)."""
        address = back.replace("{visit}", "{CHECKOUT_SESSION_ID}")
        try:
            customer = customer or self._customer(contract)
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "success_url": address,
                    "cancel_url": back.replace("{visit}", "none"),
                    "metadata": {"contract": contract},
                }
            )
        except RETRY as error:
            raise Unavailable(_said(error)) from error
        except stripe.StripeError as error:
            raise Misused(_said(error)) from error
        return Page(customer, session.url or "")

    def token_of(self, visit: str) -> str:
        """The card of a Checkout session that was completed. LookupError when there is none."""
        try:
            session = self._client.v1.checkout.sessions.retrieve(
                visit, {"expand": ["setup_intent"]}
            )
        except RETRY as error:
            raise Unavailable(_said(error)) from error
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                raise LookupError(f"no session {visit}") from error
            raise Misused(_said(error)) from error
        except stripe.StripeError as error:
            raise Misused(_said(error)) from error
        setup = session.setup_intent
        method = getattr(setup, "payment_method", None)
        if session.status != "complete" or not method:
            raise LookupError(f"nothing was registered in {visit}")
        return str(getattr(method, "id", method))

    def _customer(self, contract: str) -> str:
        made = self._client.v1.customers.create(
            {"metadata": {"contract": contract}}, {"idempotency_key": f"customer/{contract}"}
        )
        return made.id

    def card(self, token: str) -> Card:
        """What may be kept of a card. LookupError when nobody registered it."""
        try:
            method = self._client.v1.payment_methods.retrieve(token)
        except RETRY as error:
            raise Unavailable(_said(error)) from error
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                raise LookupError(f"no card {token}") from error
            raise Misused(_said(error)) from error
        except stripe.StripeError as error:
            raise Misused(_said(error)) from error
        if method.card is None or method.customer is None:
            raise LookupError(f"{token} is no registered card")
        return Card(
            token=method.id,
            customer=str(method.customer),
            brand=method.card.brand,
            last4=method.card.last4,
            expires=f"{method.card.exp_year}-{method.card.exp_month:02}",
            funding=FUNDING.get(method.card.funding, "unknown"),
        )

    def charge(self, charge: Charge, *, again: bool = False) -> PaymentResult:
        """Charge a card off session."""
        try:
            intent = self._found(charge) if again else None
            if intent is None:
                intent = self._created(charge)
            if intent.status == "requires_action":
                # Nobody is there to act. Left open, it could be paid beside the invoice by mail.
                self._client.v1.payment_intents.cancel(intent.id)
                return _result(charge, "failed", "authentication_required", intent.id)
        except stripe.CardError as error:
            return _result(charge, "failed", _reason(error), _intent(error))
        except RETRY as error:
            return _result(charge, "retry", _said(error))
        except stripe.InvalidRequestError as error:
            if error.code in GONE or error.http_status == 404:
                return _result(charge, "failed", "card_unknown")
            raise Misused(_said(error)) from error
        except stripe.StripeError as error:
            raise Misused(_said(error)) from error
        return _result(charge, STATES.get(intent.status, "pending"), _refused(intent), intent.id)

    def _created(self, charge: Charge) -> stripe.PaymentIntent:
        return self._client.v1.payment_intents.create(
            {
                "amount": charge.amount,
                "currency": CURRENCY,
                "customer": charge.card.customer,
                "payment_method": charge.card.token,
                "allowed_payment_method_types": ["card"],
                "confirm": True,
                "off_session": True,
                "metadata": {
                    "contract": charge.contract,
                    "invoice": charge.invoice,
                    "month": str(charge.month),
                    "attempt": str(charge.attempt),
                },
            },
            {"idempotency_key": charge.id},
        )

    def _found(self, charge: Charge) -> stripe.PaymentIntent | None:
        """The intent of an attempt that got through earlier."""
        of_customer = self._client.v1.payment_intents.list(
            {"customer": charge.card.customer, "limit": 100}
        )
        for intent in of_customer.auto_paging_iter():
            said = intent.to_dict().get("metadata") or {}
            if (said.get("contract"), said.get("invoice"), said.get("attempt")) == (
                charge.contract,
                charge.invoice,
                str(charge.attempt),
            ):
                return intent
        return None


def _result(
    charge: Charge, state: State, reason: str | None, reference: str | None = None
) -> PaymentResult:
    return PaymentResult(
        id=charge.id,
        contract=charge.contract,
        invoice=charge.invoice,
        month=charge.month,
        amount=charge.amount,
        payment="card",
        state=state,
        on=charge.on,
        reason=reason,
        reference=reference,
    )


def _reason(error: stripe.CardError) -> str:
    return getattr(error.error, "decline_code", None) or error.code or "card_declined"


def _intent(error: stripe.CardError) -> str | None:
    return getattr(getattr(error.error, "payment_intent", None), "id", None)


def _refused(intent: stripe.PaymentIntent) -> str | None:
    """Why an intent stands as it does, if it was refused."""
    error = intent.last_payment_error
    if not error or intent.status == "succeeded":
        return None
    return getattr(error, "decline_code", None) or getattr(error, "code", None)


def _said(error: stripe.StripeError) -> str:
    """What an error says, without what was sent."""
    return f"{type(error).__name__} {error.http_status or '-'} {error.code or ''}".rstrip()
