"""Receipts of the App Store: what is taken, and what only looks like one (HT-81, HT-82, HT-84)."""

import hashlib
from base64 import b64encode
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.billing.app.app_store import APPLE, AppStore, NotGenuine, _der
from lambdas.shared.calendar import JST
from tests.app_store import Store

NOW = datetime(2026, 9, 12, 10, tzinfo=JST)


@pytest.fixture(scope="module")
def store() -> Store:
    return Store()


@pytest.fixture(scope="module")
def ours(store: Store) -> AppStore:
    return AppStore.model_validate(store.parameter)


@pytest.mark.rule("HT-82", "HT-84")
def test_a_receipt_of_the_store(store: Store, ours: AppStore) -> None:
    bought = ours.purchase(store.receipt("t-1", NOW), NOW + timedelta(days=3))
    assert bought == ("t-1", NOW)


@pytest.mark.rule("HT-82")
@pytest.mark.parametrize(
    "changes",
    [
        {"bundleId": "example.other"},
        {"productId": "month_12000"},
        {"environment": "Production"},
        {"environment": "Xcode"},
        {"environment": "LocalTesting"},
        {"revocationDate": 1_790_000_000_000},
        {"transactionId": None},
        {"purchaseDate": None},
        {"signedDate": None},
        {"purchaseDate": int((NOW + timedelta(days=1)).timestamp() * 1000)},
        {"signedDate": int(datetime(2041, 1, 1, tzinfo=JST).timestamp() * 1000)},
    ],
)
def test_signed_but_for_something_else(
    store: Store, ours: AppStore, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotGenuine):
        ours.purchase(store.receipt("t-1", NOW, **changes), NOW)


def forged(store: Store) -> dict[str, str]:
    """Receipts that somebody made who is not the store."""
    real = store.receipt("t-1", NOW)
    said = jwt.decode(real, options={"verify_signature": False})
    chain = [b64encode(one).decode() for one in store.chain]
    key = ec.generate_private_key(ec.SECP256R1())
    head, body, signature = real.split(".")
    other = jwt.encode({**said, "transactionId": "t-2"}, key, algorithm="ES256").split(".")[1]
    return {
        "another store": Store().receipt("t-1", NOW),
        "another key": jwt.encode(said, key, algorithm="ES256", headers={"x5c": chain}),
        "another body": f"{head}.{other}.{signature}",
        "no chain": jwt.encode(said, key, algorithm="ES256"),
        "half a chain": jwt.encode(said, key, algorithm="ES256", headers={"x5c": chain[:2]}),
        "no signature": f"{head}.{body}.",
        "no algorithm": jwt.encode(said, None, algorithm="none", headers={"x5c": chain}),
        "shared secret": jwt.encode(said, "x" * 32, algorithm="HS256", headers={"x5c": chain}),
        "no receipt": "receipt",
        "nothing": "",
    }


@pytest.mark.rule("HT-82")
def test_forged(store: Store, ours: AppStore) -> None:
    taken = []
    for how, receipt in forged(store).items():
        with suppress(NotGenuine):
            taken.append((how, ours.purchase(receipt, NOW)))
    assert taken == []


def test_without_a_root_of_its_own_apples_is_trusted_and_ours_is_not(store: Store) -> None:
    fingerprint = hashlib.sha256(_der(APPLE)).hexdigest()
    assert fingerprint == "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179"
    apple = AppStore.model_validate({**store.parameter, "roots": []})
    with pytest.raises(NotGenuine):
        apple.purchase(store.receipt("t-1", NOW), NOW)


@pytest.mark.parametrize("environment", ["LocalTesting", "Xcode", ""])
def test_no_operator_can_switch_the_signature_off(store: Store, environment: str) -> None:
    with pytest.raises(ValueError, match="environment"):
        AppStore.model_validate({**store.parameter, "environment": environment})
