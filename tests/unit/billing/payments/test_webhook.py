"""Stripe's notices: which are believed, and what they say."""

import hashlib
import hmac
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stripe

from lambdas.billing.payments.webhook import BadNotice, read
from tests.unit.billing.payments.payers import SEPTEMBER
from tests.unit.billing.payments.stripe_double import signed_notice

SECRET = "whsec_of_the_tests"
AT = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)  # the 1st of October in Japan
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "amount": 4378,
    "currency": "jpy",
    "metadata": {
        "contract": "c-1",
        "invoice": "c-1-2026-09",
        "month": "2026-09",
        "attempt": "1",
    },
    "last_payment_error": None,
}
REFUSED = {**INTENT, "last_payment_error": {"code": "card_declined", "decline_code": "lost_card"}}


def notice(kind: str, about: dict[str, Any], at: datetime = AT) -> tuple[bytes, str]:
    return signed_notice(kind, about, SECRET, int(at.timestamp()))


def test_a_payment_that_succeeded() -> None:
    said = read(*notice("payment_intent.succeeded", INTENT), secrets=[SECRET], now=AT)
    assert said is not None
    assert (said.id, said.state, said.amount) == ("card/c-1/c-1-2026-09/1", "paid", 4378)
    assert (said.month, said.reference) == (SEPTEMBER, "pi_1")
    assert said.on == date(2026, 10, 1)


@pytest.mark.rule("HT-29")
def test_a_payment_that_failed() -> None:
    said = read(*notice("payment_intent.payment_failed", REFUSED), secrets=[SECRET], now=AT)
    assert said is not None
    assert (said.state, said.reason) == ("failed", "lost_card")
    assert said.fact() is not None


def test_other_things_are_none_of_ours() -> None:
    others = {**INTENT, "metadata": {"order": "1"}}
    for told in (
        notice("charge.refunded", INTENT),
        notice("payment_intent.succeeded", others),
        notice("payment_intent.succeeded", {**INTENT, "metadata": None}),
    ):
        assert read(*told, secrets=[SECRET], now=AT) is None


def test_the_library_of_stripe_agrees_about_signatures() -> None:
    body, signature = notice("payment_intent.succeeded", INTENT)
    verify = stripe.WebhookSignature.verify_header
    assert verify(body.decode(), signature, SECRET, tolerance=None)


def test_two_secrets_while_one_is_replaced() -> None:
    told = notice("payment_intent.succeeded", INTENT)
    assert read(*told, secrets=["whsec_new", SECRET], now=AT)
    body, signature = told
    assert read(body, signature + ",v1=" + "0" * 64 + ",v0=x", secrets=[SECRET], now=AT)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=9)])
def test_a_replayed_notice_is_not_believed(late: timedelta) -> None:
    with pytest.raises(BadNotice, match="not of now"):
        read(*notice("payment_intent.succeeded", INTENT), secrets=[SECRET], now=AT + late)


@pytest.mark.parametrize(
    "signature", ["", "t=1", "v1=00", "t=x,v1=00", "t=,v1=", "t=1,t=2,v1=0", "t=１,v1=0", "é"]
)
def test_a_signature_that_is_none(signature: str) -> None:
    with pytest.raises(BadNotice):
        read(b"{}", signature, secrets=[SECRET], now=AT)


def test_a_word_changed_is_not_believed() -> None:
    body, signature = notice("payment_intent.succeeded", INTENT)
    with pytest.raises(BadNotice, match="not Stripe's"):
        read(body.replace(b"4378", b"43.8"), signature, secrets=[SECRET], now=AT)
    with pytest.raises(BadNotice, match="not Stripe's"):
        read(body, signature, secrets=["whsec_other"], now=AT)
    with pytest.raises(BadNotice, match="not Stripe's"):
        read(body, signature, secrets=[], now=AT)


@pytest.mark.parametrize(
    "about",
    [
        {**INTENT, "currency": "usd"},
        {**INTENT, "amount": "much"},
        {**INTENT, "metadata": {"invoice": "c-1-2026-09"}},
        {**INTENT, "metadata": {**INTENT["metadata"], "month": "September"}},
        {**INTENT, "metadata": {**INTENT["metadata"], "attempt": "0"}},
    ],
)
def test_a_notice_of_ours_that_cannot_be_read(about: dict[str, Any]) -> None:
    with pytest.raises(BadNotice, match="cannot be read"):
        read(*notice("payment_intent.succeeded", about), secrets=[SECRET], now=AT)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"type": 1}', b"\xff", b'{"type": []}', b"[" * 100_000]
)
def test_a_signed_body_that_is_no_notice(body: bytes) -> None:
    at = int(AT.timestamp())
    digest = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    with pytest.raises(BadNotice):
        read(body, f"t={at},v1={digest}", secrets=[SECRET], now=AT)


def test_a_notice_says_nothing_of_what_else_it_holds() -> None:
    card = {**INTENT, "charges": {"data": [{"card": {"number": "4242424242424242"}}]}}
    said = read(*notice("payment_intent.succeeded", card), secrets=[SECRET], now=AT)
    assert "4242" not in json.dumps(said, default=repr)
