"""Invoices as customers get them: what they must say, on paper and for spreadsheets."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.billing.documents import pdf
from lambdas.billing.documents.invoice import by_card, by_customer
from lambdas.billing.documents.labels import LABELS
from lambdas.billing.documents.registration import check_digit, registration_number
from lambdas.billing.documents.table import COLUMNS, to_csv
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.payments.accounts import Card
from lambdas.billing.products import catalogue
from lambdas.billing.products.catalogue import read
from lambdas.shared.calendar import Month
from tests.unit.billing.documents.invoices import HANAKO, LINES, made

Sheets = list[list[str]]


@pytest.fixture(name="sheets")
def _sheets(monkeypatch: pytest.MonkeyPatch) -> Sheets:
    """The texts on each page that is drawn."""
    sheets: Sheets = [[]]
    text, number = pdf.Pages.text, pdf.Pages.number

    def drawn(self: pdf.Pages, x: float, y: float, told: str, **more: object) -> None:
        sheets[-1].append(told)
        if "ページ" in told and "/" in told:
            sheets.append([])
        text(self, x, y, told, **more)  # type: ignore[arg-type]

    def counted(self: pdf.Pages, x: float, y: float, told: str, **more: object) -> None:
        sheets[-1].append(told)
        number(self, x, y, told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf.Pages, "text", drawn)
    monkeypatch.setattr(pdf.Pages, "number", counted)
    return sheets


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


# --- a qualified invoice


@pytest.mark.rule("G-05", "HT-23")
def test_the_page_says_what_a_qualified_invoice_must(sheets: Sheets) -> None:
    data = pdf.to_pdf(made())
    told = sheets[0]
    assert data.startswith(b"%PDF-")
    for needed in (
        "みまもりサービス株式会社",
        "登録番号　T7123456789012",
        "山田　花子　様",
        "2027年3月1日",
        "2027年2月",
        "2027/02/12",
        "月額利用料",
        "10%対象",
        "49,148",
        "44,680",
        "4,468",
        "¥49,148",
        "みずほ銀行 東京営業部 普通 ****567",
        "2027年3月29日",
    ):
        assert needed in told, needed
    assert "HF-03" not in told


def test_the_rule_of_each_line_is_on_the_houses_own_copy(sheets: Sheets) -> None:
    pdf.to_pdf(made(), rules=True)
    assert "HF-03" in sheets[0]


def test_a_name_and_an_address_of_any_length_leave_the_rest_of_the_page_alone() -> None:
    for name, address in (("寿" * 60, "大" * 200), ("𠮷" * 60, "1" * 200), ("a", "")):
        party = HANAKO.model_copy(update={"name": name, "address": (address,)})
        small = next(one for one in pdf.SMALLER if pdf._fits(party, one))
        lines = sum(len(pdf.wrapped(told, 78, 9.5 * small)) for told in party.address)
        names = len(pdf.wrapped(f"{name}　様", 80, 13 * small))
        assert pdf.LINE * small * lines + 8 * small * names <= pdf.WINDOW
        assert pdf.to_pdf(made(customer=party))


@pytest.mark.rule("G-05")
def test_tax_is_computed_once_for_each_rate() -> None:
    day = date(2027, 2, 1)
    (ten,) = made([Line(day, "a", 4258, "HF-04", "1"), Line(day, "b", 120, "HF-04", "2")]).rates
    assert (ten.total, ten.tax, ten.net) == (4378, 398, 3980)


@pytest.mark.rule("G-05", "G-06")
def test_two_rates_are_told_apart() -> None:
    lines = [
        Line(date(2019, 9, 1), "monthly_fee", 486, "DC-02", "1"),
        Line(date(2019, 10, 1), "monthly_fee", 495, "DC-02", "2"),
    ]
    told = made(lines, month=Month(2019, 10))
    assert [(rate.percent, rate.total, rate.tax) for rate in told.rates] == [
        ("10%", 495, 45),
        ("8%", 486, 36),
    ]
    assert told.tax == 81
    assert [row.percent for row in told.rows] == ["8%", "10%"]


def test_credits_are_lines_of_their_own(sheets: Sheets) -> None:
    pdf.to_pdf(made())
    assert {"▲330", "▲1,100", "情報保管料（休止中）（訂正）", "ご返金"} <= set(sheets[0])


def test_more_given_back_than_owed_is_a_refund(sheets: Sheets) -> None:
    pdf.to_pdf(made(LINES[-1:]))
    assert {"ご返金額（税込）", "¥1,100", "▲¥1,100", "▲100"} <= set(sheets[0])
    assert "ご請求金額（税込）" not in sheets[0]


@pytest.mark.rule("HT-28", "HT-29")
def test_the_ways_to_pay(sheets: Sheets) -> None:
    card = Card(token="pm_1", customer="cus_1", brand="visa", last4="4242", expires="2030-12")
    pdf.to_pdf(made(settlement=by_card(card, date(2027, 3, 1))))
    due = date(2027, 3, 31)
    pdf.to_pdf(made(settlement=by_customer("みまもり銀行 本店\n普通 0000001", due)))
    assert {"クレジットカード", "VISA **** **** **** 4242", "お支払日"} <= set(sheets[0])
    assert {"みまもり銀行 本店", "普通 0000001", "お支払期限", "2027年3月31日"} <= set(sheets[1])


# --- paper


def test_the_same_invoice_is_the_same_file() -> None:
    assert pdf.to_pdf(made()) == pdf.to_pdf(made())


def test_the_letters_come_with_the_document() -> None:
    data = pdf.to_pdf(made())
    assert data.count(b"/FontFile2") >= 2
    assert len(data) < 100_000


def test_rare_letters_of_names_are_there_and_others_are_marked(sheets: Sheets) -> None:
    assert pdf._runs("髙﨑邉𠮷德", pdf.REGULAR) == [
        (pdf.REGULAR, "髙﨑邉"),
        (pdf.OLD, "𠮷"),
        (pdf.REGULAR, "德"),
    ]
    assert pdf._runs("😀", pdf.REGULAR) == [(pdf.REGULAR, pdf.MISSING)]
    assert pdf.to_pdf(made(customer=HANAKO.model_copy(update={"name": "😀" * 60})))


def test_every_label_can_be_set() -> None:
    for text in (*LABELS.values(), "ご請求金額（税込）ご返金額▲¥0123456789,%〓"):
        assert pdf._runs(text, pdf.REGULAR) == [(pdf.REGULAR, text)]
        assert pdf._runs(text, pdf.BOLD) == [(pdf.BOLD, text)]


@pytest.mark.parametrize("count", [0, 1, 11, 12, 13, 14, 15, 16, 37, 38, 39, 40, 41, 90])
def test_long_invoices_go_on(sheets: Sheets, count: int) -> None:
    lines = [Line(date(2027, 2, 1), "visit_fee", 1000 + n, "HF-13", str(n)) for n in range(count)]
    pdf.to_pdf(made(lines))
    pages = sheets[:-1]
    amounts = [told for page in pages for told in page if told.startswith("1,0")]
    assert amounts[:count] == [f"{1000 + n:,}" for n in range(count)]
    assert [page[-1] for page in pages] == [
        f"2027-02-0012345　{n} / {len(pages)} ページ" for n in range(1, len(pages) + 1)
    ]
    assert [("合計（税込）" in page) for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all("次のページに続きます" in page for page in pages[:-1])
    visit = LABELS["visit_fee"]
    assert all((visit in page) or not count for page in pages)


def test_more_notes_than_a_page_holds_end(sheets: Sheets) -> None:
    for lines in (LINES, LINES[:1], ()):
        assert pdf.to_pdf(made(lines, notes=("お知らせ",) * 80))


@given(st.text(st.sampled_from("見守り、。）ー（ABC 12"), max_size=80), st.integers(10, 60))
@settings(max_examples=60, deadline=None)
def test_text_is_broken_where_it_may_be(text: str, width: int) -> None:
    lines = pdf.wrapped(text, width, 9)
    assert "".join(lines) == text
    assert not any(line[:1] in pdf.NEVER_FIRST for line in lines[1:] if line)


# --- spreadsheets


def test_the_table_adds_up() -> None:
    rows = rows_of(to_csv(made()))
    assert list(rows[0]) == list(COLUMNS)
    kinds = [row["区分"] for row in rows]
    assert kinds == ["明細"] * 5 + ["税率別計", "合計"]
    assert sum(int(row["金額(税込)"]) for row in rows if row["区分"] == "明細") == 49148
    assert (rows[-2]["金額(税込)"], rows[-2]["うち消費税"]) == ("49148", "4468")
    assert (rows[-1]["金額(税込)"], rows[-1]["登録番号"]) == ("49148", "T7123456789012")
    assert rows[3] | {"取引日": "2026年12月", "金額(税込)": "-330"} == rows[3]


def test_many_invoices_fit_one_table() -> None:
    rows = rows_of(to_csv(made(), made(LINES[:1])))
    assert [row["金額(税込)"] for row in rows if row["区分"] == "合計"] == ["49148", "6578"]
    assert rows_of(to_csv()) == []


def test_names_are_no_formulas() -> None:
    name = "=HYPERLINK(1)"
    rows = rows_of(to_csv(made(customer=HANAKO.model_copy(update={"name": name}))))
    assert {row["お客さま名"] for row in rows} == {f"'{name}"}


# --- the registration number


def test_check_digits_of_numbers_that_exist() -> None:
    assert check_digit("000012050002") == 7  # 国税庁
    assert registration_number("T7000012050002")


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, at: int, by: int) -> None:
    digits = f"{number:012}"
    good = f"{check_digit(digits)}{digits}"
    assert registration_number(f"T{good}") == f"T{good}"
    wrong = good[:at] + str((int(good[at]) + by) % 10) + good[at + 1 :]
    if {good[at], wrong[at]} == {"0", "9"} and at:
        return  # modulo nine does not tell these two apart
    with pytest.raises(ValueError, match="check digit"):
        registration_number(f"T{wrong}")


@pytest.mark.parametrize(
    "text", ["", "T", "7000012050002", "T700001205000", "T７０００", "t" + "1" * 13]
)
def test_what_is_no_registration_number(text: str) -> None:
    with pytest.raises(ValueError, match="thirteen digits"):
        registration_number(text)


# --- words


def test_every_item_of_the_catalogue_has_a_word() -> None:
    items = {
        item
        for product in read(catalogue.FOLDER).products.values()
        for _, plans in product.versions
        for terms in plans.values()
        for item in (*terms.initial_fees, *terms.monthly_extras)
    }
    assert items <= LABELS.keys()


def test_an_item_without_a_word_is_shown_as_it_is() -> None:
    (row,) = made([Line(date(2027, 2, 1), "new_thing", 1, "G-06", "1")]).rows
    assert row.label == "new_thing"
