"""Invoices as CSV, for those who keep books: a row for each line, each rate, and each sum.

UTF-8 with a mark in front and CR LF, as spreadsheet programs take it for what it is. Text that such
a program would compute is kept from it with an apostrophe.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from lambdas.billing.documents.invoice import Document

COLUMNS = (
    "請求書番号",
    "発行日",
    "発行者",
    "登録番号",
    "お客さま名",
    "ご契約番号",
    "サービス",
    "ご利用月",
    "区分",
    "取引日",
    "内容",
    "税率",
    "金額(税込)",
    "うち消費税",
)


def to_csv(*documents: Document) -> bytes:
    """Invoices as a file."""
    text = StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n").writerow
    write(COLUMNS)
    for document in documents:
        for row in _rows(document):
            write(row)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _rows(document: Document) -> Iterator[list[str | int]]:
    told = (
        document.number,
        document.issued.isoformat(),
        document.issuer.name,
        document.issuer.registration,
        document.customer.name,
        document.contract,
        document.service,
        str(document.month),
    )
    head = [_plain(value) for value in told]
    for row in document.rows:
        said = [_plain(value) for value in (row.when, row.label, row.percent)]
        yield [*head, "明細", *said, row.amount, ""]
    for rate in document.rates:
        said = ["", rate.label, rate.percent]
        yield [*head, "税率別計", *said, rate.total, rate.tax]
    yield [*head, "合計", "", document.settlement.way, "", document.total, document.tax]


def _plain(value: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    return f"'{value}" if value[:1] in tuple("=+-@\t\r") else value
