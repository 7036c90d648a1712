"""Invoices to be looked at."""

from collections.abc import Iterable
from datetime import date

from lambdas.billing.documents.invoice import (
    Document,
    Head,
    Issuer,
    Party,
    Settlement,
    by_bank_transfer,
    document,
)
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.invoices import invoice_of
from lambdas.billing.payments.accounts import StoredAccount
from lambdas.billing.products import catalogue
from lambdas.shared.calendar import Month

FEBRUARY = Month(2027, 2)
ISSUER = Issuer(
    name="みまもりサービス株式会社",
    postal_code="100-0000",
    address=("東京都千代田区見守一丁目2番3号",),
    registration="T7123456789012",
    phone="0120-000-000",
    hours="受付時間　午前9時から午後6時まで（年中無休）",
)
HANAKO = Party(
    name="山田　花子",
    postal_code="530-0000",
    address=("大阪府大阪市北区見守三丁目1番3号", "みまもりマンション　1204号室"),
)
ACCOUNT = StoredAccount(
    bank="0001",
    branch="001",
    kind="ordinary",
    masked="****567",
    holder="ﾔﾏﾀﾞ ﾊﾅｺ",
    token="vault:1",
)
LINES = (
    Line(date(2027, 2, 1), "monthly_fee", 6578, "HF-03", "1"),
    Line(date(2027, 2, 12), "visit_fee", 11000, "HF-13", "2"),
    Line(date(2027, 2, 28), "early_termination_fee", 33000, "HF-15", "3"),
    Line(date(2026, 12, 1), "storage_fee", -330, "HF-17", "4"),
    Line(date(2027, 2, 20), "credit", -1100, "G-07", "5"),
)
NOTES = (
    "料金は、ご利用規約の料金表にもとづいて計算しています。",
    "センサーとルーターは、2027年3月30日までにお返しください。返送料は当社が負担いたします。",
)


def made(
    lines: Iterable[Line] = LINES,
    *,
    settlement: Settlement | None = None,
    customer: Party = HANAKO,
    notes: tuple[str, ...] = NOTES,
    month: Month = FEBRUARY,
) -> Document:
    """The document of an invoice with some lines."""
    prices = catalogue.standard()
    return document(
        invoice_of(month, lines, prices),
        number="2027-02-0012345",
        issued=date(2027, 3, 1),
        head=Head(
            customer=customer,
            issuer=ISSUER,
            settlement=settlement
            or by_bank_transfer(ACCOUNT, "みずほ銀行", "東京営業部", date(2027, 3, 29)),
        ),
        contract="C-0012345",
        service="ドシテル（センサーレンタルプラン）",
        rate_on=prices.tax,
        notes=notes,
    )
