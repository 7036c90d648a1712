"""People who pay, and a vault that forgets."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date

from pydantic import SecretStr

from lambdas.billing.payments.accounts import BankAccount
from lambdas.billing.payments.zengin import Consignor, Debit, Sent, write_request
from lambdas.shared.calendar import Month

DAY = date(2026, 10, 27)
SEPTEMBER = Month(2026, 9)
NUMBER = "1234567"


class MemoryVault:
    """A vault for tests: tokens lead to what was sealed, for its owner."""

    def __init__(self) -> None:
        self._sealed: dict[str, tuple[str, str]] = {}

    def seal(self, clear: str, *, owner: str) -> str:
        token = f"vault:{len(self._sealed)}"
        self._sealed[token] = (owner, clear)
        return token

    def open(self, token: str, *, owner: str) -> str:
        sealed_for, clear = self._sealed[token]
        if sealed_for != owner:
            raise PermissionError(token)
        return clear

    def fingerprint(self, clear: str) -> str:
        return fingerprint(clear)


def fingerprint(clear: str) -> str:
    """A keyed digest."""
    return hmac.new(b"a key of the tests", clear.encode(), hashlib.sha256).hexdigest()


CONSIGNOR = Consignor(
    code="0098700000",
    account=BankAccount(
        bank="0001", branch="001", number=SecretStr("7654321"), holder="カ)ミマモリ"
    ),
)


def account(number: str = NUMBER, bank: str = "0005", branch: str = "001") -> BankAccount:
    """An account of Tarō's."""
    return BankAccount(bank=bank, branch=branch, number=SecretStr(number), holder="ヤマダ タロウ")


def debit(index: int = 1, amount: int = 4378, **more: object) -> Debit:
    """What contract number ``index`` owes for September."""
    told = {
        "customer": f"{index:020}",
        "account": account(f"{index:07}"),
        "amount": amount,
        "contract": f"c-{index}",
        "invoice": f"c-{index}-2026-09",
        "month": SEPTEMBER,
    }
    return Debit.model_validate({**told, **more})


def request(debits: Iterable[Debit], *, line_ends: bool = True) -> tuple[bytes, Sent]:
    """A request file for the 27th of October, and what is remembered of it."""
    return write_request(CONSIGNOR, DAY, list(debits), fingerprint=fingerprint, line_ends=line_ends)
