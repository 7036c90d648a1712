"""Web Push as RFC 8291 and RFC 8292 say."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lambdas.notify import phones, web_push
from tests.push_service import Browser, bytes_of, public, signed_by, text_of

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bytes_of(text), "big"), ec.SECP256R1())


def test_the_example_of_rfc_8291_comes_out_to_the_letter() -> None:
    p256dh = (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    body = web_push.encrypted(
        b"When I grow up, I want to be a watermelon",
        web_push.Keys(p256dh, "BTBZMqHH6r4Tts7J_aSIgg"),
        salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
        key=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert text_of(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=web_push.LONGEST))
def test_whatever_is_said_only_the_phone_reads_it(message: bytes) -> None:
    browser, other = Browser.new("phone"), Browser.new("other")
    keys = web_push.Keys(browser.subscription["p256dh"], browser.subscription["auth"])
    body = web_push.encrypted(message, keys)
    assert browser.decrypt(body) == message
    assert len(body) <= 4096
    with pytest.raises(Exception, match=r"^$"):  # InvalidTag says nothing
        other.decrypt(body)


def test_what_no_push_service_takes_is_refused() -> None:
    said = Browser.new("phone").subscription
    with pytest.raises(ValueError, match="bytes are more"):
        web_push.encrypted(
            b"x" * (web_push.LONGEST + 1), web_push.Keys(said["p256dh"], said["auth"])
        )


def test_the_sender_is_known_by_its_key_for_less_than_a_day() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value.to_bytes(32, "big")
    sender = web_push.Sender(text_of(number), "mailto:ops@mimamori.example")
    endpoint = "https://fcm.googleapis.com/fcm/send/x"
    header = web_push.authorization(endpoint, sender, NOW)
    claims = signed_by(header, endpoint)
    assert claims["sub"] == sender.contact
    assert timedelta(0) < datetime.fromtimestamp(claims["exp"], UTC) - NOW < timedelta(days=1)
    assert header.endswith(f"k={text_of(public(key))}")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-sg2p.notify.windows.com/w/?token=x",
    ],
)
def test_browsers_subscribe_at_the_services_that_are_known(endpoint: str) -> None:
    assert phones.is_push_service(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evilpush.apple.com/x",
        "https://.push.apple.com/x",
        "https://push.apple.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://localhost/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/x\r\nHost: evil",
        "https://fcm.googleapis.com:port/x",
        "https://[fcm.googleapis.com/x",
        "ftp://fcm.googleapis.com/x",
        "",
    ],
)
def test_nothing_is_sent_anywhere_else(endpoint: str) -> None:
    assert not phones.is_push_service(endpoint)


def test_keys_are_a_point_of_the_curve_and_sixteen_bytes() -> None:
    good = Browser.new("phone").subscription
    point = bytearray(bytes_of(good["p256dh"]))
    assert phones.are_keys(good["p256dh"], good["auth"])
    assert not phones.are_keys(good["p256dh"], good["auth"][:-4])
    assert not phones.are_keys("!" * 87, good["auth"])
    point[-1] ^= 1
    assert not phones.are_keys(text_of(bytes(point)), good["auth"])
