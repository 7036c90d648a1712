"""What is kept of accounts and cards, and what is never shown."""

import json
import logging
from io import StringIO

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from lambdas.billing.payments.accounts import BankAccount, Card, StoredAccount
from tests.unit.billing.payments.payers import CONSIGNOR, NUMBER, MemoryVault, account, debit


@pytest.mark.rule("HT-28")
def test_no_text_of_an_account_has_its_number() -> None:
    class Holder(BaseModel):
        inner: BankAccount

    stored = account().stored(MemoryVault(), "c-1")
    written = StringIO()
    log = logging.getLogger("accounts")
    log.addHandler(handler := logging.StreamHandler(written))
    try:
        log.warning("%s %r", account(), debit(account=account()), extra={"account": account()})
    finally:
        log.removeHandler(handler)
    for text in (
        str(account()),
        repr(account()),
        f"{account()}",
        account().model_dump_json(),
        json.dumps(account().model_dump(), default=str),
        repr(debit(account=account())),
        debit(account=account()).model_dump_json(),
        Holder(inner=account()).model_dump_json(),
        repr(CONSIGNOR),
        repr(stored),
        stored.model_dump_json(),
        written.getvalue(),
    ):
        assert NUMBER not in text
        assert "7654321" not in text
    assert stored.masked == account().masked == "****567"


def test_what_cannot_be_a_number_is_not_repeated_in_the_error() -> None:
    for number in ("12345678", "12345X7", "１２３４５６７", "-123456"):
        with pytest.raises(ValidationError) as refused:
            account(number)
        assert number not in str(refused.value)


def test_short_numbers_have_zeros_before() -> None:
    assert account("42").number.get_secret_value() == "0000042"


def test_a_stored_account_opens_for_its_contract_alone() -> None:
    vault = MemoryVault()
    stored = account().stored(vault, "c-1")
    assert StoredAccount.model_validate_json(stored.model_dump_json()) == stored
    assert stored.opened(vault, "c-1") == account()
    with pytest.raises(PermissionError):
        stored.opened(vault, "c-2")


def test_a_whole_number_has_no_place_in_what_is_stored() -> None:
    stored = account().stored(MemoryVault(), "c-1").model_dump()
    for masked in (NUMBER, "****4567", "1234***"):
        with pytest.raises(ValidationError):
            StoredAccount.model_validate({**stored, "masked": masked})
    with pytest.raises(ValidationError):
        StoredAccount.model_validate({**stored, "number": NUMBER})


def test_a_card_is_a_token_and_four_digits() -> None:
    card = {"token": "pm_1", "customer": "cus_1", "brand": "visa", "last4": "4242"}
    assert Card.model_validate({**card, "expires": "2030-12"}).masked == "**** **** **** 4242"
    for more in ({"last4": "4242424242424242"}, {"number": "4242424242424242"}, {"cvc": "123"}):
        with pytest.raises(ValidationError) as refused:
            Card.model_validate({**card, "expires": "2030-12", **more})
        assert "4242424242424242" not in str(refused.value)


def test_names_become_banks_kana() -> None:
    told = BankAccount(bank="0001", branch="001", number=SecretStr("1"), holder="やまだ　はなこ")
    assert told.holder == "ﾔﾏﾀﾞ ﾊﾅｺ"
    with pytest.raises(ValueError, match="山田"):
        BankAccount(bank="0001", branch="001", number=SecretStr("1"), holder="山田")
