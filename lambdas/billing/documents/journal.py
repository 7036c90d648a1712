"""A month's close as journal entries (仕訳) for accounting programs: 弥生会計 and freee会計.

弥生: its import format (弥生インポート形式) of 25 columns without a header, in Shift_JIS. freee: a
journal of debit and credit columns, whose header its import asks to be matched once.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from io import StringIO
from typing import Literal, NamedTuple

Program = Literal["yayoi", "freee"]

RECEIVABLE, SALES, BANK, BAD_DEBT, ADVANCE = "売掛金", "売上高", "普通預金", "貸倒損失", "前受金"
NO_TAX = "対象外"
HEADER = (
    "日付",
    "伝票番号",
    "借方勘定科目",
    "借方税区分",
    "借方金額",
    "貸方勘定科目",
    "貸方税区分",
    "貸方金額",
    "摘要",
)
MOST_YEN = 999_999_999
"""弥生 takes nine digits in a line."""


class Entry(NamedTuple):
    """A journal entry: so many yen from one account to another. Tax is within the amount."""

    day: date
    debit: str
    credit: str
    amount: int
    said: str
    percent: int = 0
    """The rate of the sale; none for what is no sale."""

    returned: bool = False


def entries(
    day: date, sales: Mapping[str, int], moved: Mapping[str, int], names: Mapping[str, str]
) -> list[Entry]:
    """The entries of a month: ``sales`` by product, rate and item, ``moved`` by the kind of fact,
    ``names`` of products."""
    found: list[Entry] = []
    totals: dict[tuple[str, int, bool], int] = {}
    for name, amount in sales.items():
        product, rate, _ = name.split("/")
        if rate != "0":
            key = (product, int(rate), amount < 0)
            totals[key] = totals.get(key, 0) + amount
    for (product, percent, back), amount in sorted(totals.items()):
        said = f"{names.get(product, product)} {day.year}年{day.month}月分"
        if back:
            found.append(Entry(day, SALES, RECEIVABLE, -amount, f"{said} 返還", percent, True))
        else:
            found.append(Entry(day, RECEIVABLE, SALES, amount, said, percent))
    for event, (debit, credit, said) in MOVES.items():
        if moved.get(event):
            found.append(Entry(day, debit, credit, moved[event], said))
    return found


MOVES: Mapping[str, tuple[str, str, str]] = {
    "paid": (BANK, RECEIVABLE, "ご入金"),
    "received": (BANK, ADVANCE, "請求のないご入金"),
    "payment_reversed": (RECEIVABLE, BANK, "入金の取消・組戻し"),
    "refunded": (RECEIVABLE, BANK, "ご返金"),
    "written_off": (BAD_DEBT, RECEIVABLE, "債権放棄"),
}
"""Debit, credit and words for the facts that move money."""


def to_file(found: Iterable[Entry], program: Program) -> bytes:
    """The entries as a file that the program takes."""
    text = StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n").writerow
    if program == "freee":
        write(HEADER)
    for number, entry in enumerate(_lines(found), start=1):
        write(_yayoi(entry) if program == "yayoi" else _freee(number, entry))
    return text.getvalue().encode("cp932", errors="replace")


def _lines(found: Iterable[Entry]) -> Iterator[Entry]:
    for entry in found:
        left = entry.amount
        while left > 0:
            part = min(left, MOST_YEN)
            yield entry._replace(amount=part)
            left -= part


def _yayoi(entry: Entry) -> list[str | int]:
    kind = "課税売返込" if entry.returned else "課税売上込"
    tax = f"{kind}{entry.percent}%" if entry.percent else NO_TAX
    debit = tax if entry.debit == SALES else NO_TAX
    credit = tax if entry.credit == SALES else NO_TAX
    return [
        *("2000", "", "", f"{entry.day:%Y/%m/%d}"),
        *(entry.debit, "", "", debit, entry.amount, ""),
        *(entry.credit, "", "", credit, entry.amount, ""),
        *(entry.said, "", "", 0, "", "", 0, 0, "no"),
    ]


def _freee(number: int, entry: Entry) -> list[str | int]:
    kind = "課税売返" if entry.returned else "課税売上"
    tax = f"{kind}{entry.percent}%" if entry.percent else NO_TAX
    debit = tax if entry.debit == SALES else NO_TAX
    credit = tax if entry.credit == SALES else NO_TAX
    return [
        *(f"{entry.day:%Y/%m/%d}", number),
        *(entry.debit, debit, entry.amount, entry.credit, credit, entry.amount, entry.said),
    ]
