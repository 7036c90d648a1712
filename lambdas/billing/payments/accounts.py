"""Bank accounts and cards, and what is kept of them.

An account number is in memory while it is registered and while a file is written; what is stored
has its last three digits and a token of the vault. Of a card we never see more than the gateway's
token and what is printed on receipts.
"""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from lambdas.billing.payments.kana import to_kana

AccountKind = Literal["ordinary", "current", "tax_reserve", "other"]
"""普通, 当座, 納税準備, その他."""


class Vault(Protocol):
    """Where secrets lie. ``owner`` (a contract) is bound to a token: it opens for nobody else."""

    def seal(self, clear: str, *, owner: str) -> str:
        """A token that stands for ``clear``."""

    def open(self, token: str, *, owner: str) -> str:
        """What a token stands for."""

    def fingerprint(self, clear: str) -> str:
        """The same for the same text, and, without the vault's key, no way back to it."""


class Value(BaseModel):
    """Base of what is compared by value. Errors do not repeat what was entered."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )


class BankAccount(Value):
    """An account with its whole number. Never stored: see ``StoredAccount``."""

    bank: str = Field(pattern=r"^[0-9]{4}$")
    branch: str = Field(pattern=r"^[0-9]{3}$")
    kind: AccountKind = "ordinary"
    number: SecretStr
    holder: str = Field(min_length=1, max_length=30)
    """Who holds it, in banks' kana."""

    @field_validator("number")
    @classmethod
    def _seven_digits(cls, number: SecretStr) -> SecretStr:
        digits = number.get_secret_value()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
            raise ValueError("an account number has up to seven digits")
        return SecretStr(digits.zfill(7))

    @field_validator("holder", mode="before")
    @classmethod
    def _as_banks_write(cls, holder: object) -> object:
        return to_kana(holder) if isinstance(holder, str) else holder

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return "****" + self.number.get_secret_value()[-3:]

    @property
    def whole(self) -> str:
        """What tells this account from all others. A secret."""
        return f"{self.bank}-{self.branch}-{self.kind}-{self.number.get_secret_value()}"

    def stored(self, vault: Vault, owner: str) -> "StoredAccount":
        """What is kept of it."""
        return StoredAccount(
            bank=self.bank,
            branch=self.branch,
            kind=self.kind,
            masked=self.masked,
            holder=self.holder,
            token=vault.seal(self.number.get_secret_value(), owner=owner),
        )


class StoredAccount(Value):
    """What is kept of an account."""

    bank: str
    branch: str
    kind: AccountKind
    masked: str = Field(pattern=r"^\*{4}[0-9]{3}$")
    holder: str
    token: str

    def opened(self, vault: Vault, owner: str) -> BankAccount:
        """The account with its number, for as long as a file is being written."""
        return BankAccount(
            bank=self.bank,
            branch=self.branch,
            kind=self.kind,
            number=SecretStr(vault.open(self.token, owner=owner)),
            holder=self.holder,
        )


Funding = Literal["credit", "debit", "prepaid", "unknown"]


class Card(Value):
    """What is kept of a card: the gateway's token, and what a receipt would show."""

    token: str
    """The gateway's name of the card: ``pm_…``."""

    customer: str
    """The gateway's name of who pays: ``cus_…``."""

    brand: str
    last4: str = Field(pattern=r"^[0-9]{4}$")
    expires: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    funding: Funding = "unknown"

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return f"**** **** **** {self.last4}"
