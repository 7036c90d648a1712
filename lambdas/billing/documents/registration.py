"""Registration numbers of those who may issue qualified invoices (適格請求書発行事業者)."""

from typing import Annotated

from pydantic import AfterValidator

DIGITS = 13


def check_digit(twelve: str) -> int:
    """The digit before the twelve of a corporate number (法人番号): nine less the sum, modulo nine,
    of the digits, every second one from the right doubled.

    >>> check_digit("000012050002")
    7
    """
    return 9 - sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(twelve))) % 9


def registration_number(text: str) -> str:
    """The number, ``T`` and the thirteen digits of a corporate number. ValueError if it is none.

    Persons in business have numbers that are not corporate ones; we are a company.
    """
    digits = text.removeprefix("T")
    if digits == text or len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise ValueError("a registration number is T and thirteen digits")
    if int(digits[0]) != check_digit(digits[1:]):
        raise ValueError("the check digit of the registration number is wrong")
    return text


RegistrationNumber = Annotated[str, AfterValidator(registration_number)]
