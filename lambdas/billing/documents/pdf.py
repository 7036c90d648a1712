"""An invoice as a PDF of A4 pages, folded twice into a window envelope.

Drawn with reportlab, letters embedded: a document that is kept for years looks the same everywhere,
and nothing but wheels is needed to make it. The same invoice gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lambdas.billing.documents.invoice import Document, Party, Row, long_date
from lambdas.billing.documents.labels import month_label

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "BIZUDGothic-Regular", "BIZUDGothic-Bold"
OLD = "OldKanji-Regular"
"""Kanji of names that the others lack."""

INK = HexColor(0x1C2429)
SOFT = HexColor(0x5B6870)
RULE = HexColor(0xC9D3D6)
ACCENT = HexColor(0x17565C)
TINT = HexColor(0xEDF4F4)

LEFT, RIGHT, BOTTOM = 20.0, 190.0, 274.0
WHEN, NAME, RATE, AMOUNT = 23.0, 52.0, 152.0, 187.0
"""Where the columns of the table are: left edges, of the last two the right ones. Millimetres."""

LINE = 5.2
COMMA = 0.6
NEVER_FIRST = "、。，．・：；？！ー）］｝」』】々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%％,.)"
MISSING = "〓"
"""What printers set for a letter they do not have."""


@cache
def _letters(font: str) -> frozenset[int]:
    """The letters a font has. The font is made known to reportlab."""
    loaded = TTFont(font, str(FONTS / f"{font}.ttf"))
    pdfmetrics.registerFont(loaded)
    return frozenset(loaded.face.charToGlyph)


def _runs(text: str, font: str) -> list[tuple[str, str]]:
    """The text in pieces, each with a font that has its letters."""
    found: list[tuple[str, str]] = []
    for letter in text:
        fonts = (one for one in (font, REGULAR, OLD) if ord(letter) in _letters(one))
        has = next(fonts, None)
        one, written = (has, letter) if has else (font, MISSING)
        if found and found[-1][0] == one:
            found[-1] = (one, found[-1][1] + written)
        else:
            found.append((one, written))
    return found


def _width(text: str, font: str, size: float) -> float:
    return sum(
        float(pdfmetrics.stringWidth(part, one, size)) / mm for one, part in _runs(text, font)
    )


def wrapped(text: str, width: float, size: float, font: str = REGULAR) -> list[str]:
    """Text in lines of at most ``width`` millimetres. Where Japanese may not break, it does not."""
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrapped(part, width, size, font)]
    if _width(text, font, size) <= width:
        return [text]
    lines = [""]
    for letter in text:
        stays = letter in NEVER_FIRST or letter.isspace() or not lines[-1]
        if stays or _width(lines[-1] + letter, font, size) <= width:
            lines[-1] += letter
        else:
            lines.append(letter)
    return lines


def money(yen: int) -> str:
    """An amount; a triangle marks what is given back."""
    return f"{'▲' if yen < 0 else ''}{abs(yen):,}"


class Pages:
    """A canvas measured in millimetres from the top left corner."""

    def __init__(self, title: str, subject: str, author: str) -> None:
        self.bytes = BytesIO()
        self.canvas = Canvas(self.bytes, pagesize=A4, invariant=1, lang="ja-JP", pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject(subject)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9.5,
        font: str = REGULAR,
        colour: Color = INK,
        right: bool = False,
    ) -> None:
        """A line of text, its foot at ``y``; ``right`` aligns its end with ``x``."""
        self.canvas.setFillColor(colour)
        if right:
            x -= _width(text, font, size)
        for one, part in _runs(text, font):
            self.canvas.setFont(one, size)
            self.canvas.drawString(x * mm, A4[1] - y * mm, part)
            x += float(pdfmetrics.stringWidth(part, one, size)) / mm

    def number(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9.5,
        font: str = REGULAR,
        colour: Color = INK,
    ) -> None:
        """A number that ends at ``x``. All digits are as wide, so that they stand in columns; a
        comma as wide would tear the number apart."""
        groups = text.split(",")
        for place, digits in reversed(list(enumerate(groups))):
            self.text(x, y, digits, size=size, font=font, colour=colour, right=True)
            if place:
                x -= _width(digits, font, size) + _width(",", font, size) * COMMA
                self.text(x, y, ",", size=size, font=font, colour=colour)

    def rule(
        self,
        y: float,
        left: float = LEFT,
        right: float = RIGHT,
        *,
        weight: float = 0.4,
        colour: Color = RULE,
    ) -> None:
        """A horizontal line."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.line(left * mm, A4[1] - y * mm, right * mm, A4[1] - y * mm)

    def box(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        """A filled box."""
        self.canvas.setFillColor(colour)
        self.canvas.setStrokeColor(colour)
        self.canvas.roundRect(
            x * mm, A4[1] - (y + height) * mm, width * mm, height * mm, 1.2 * mm, stroke=0, fill=1
        )


def to_pdf(document: Document, *, rules: bool = False) -> bytes:
    """The invoice as a file; on the house's own copy each line has its rule."""
    title = f"{document.title} {document.number}"
    pages = Pages(title, document.kind, document.issuer.name)
    sheets = list(_sheets(document))
    for number, rows in enumerate(sheets, start=1):
        y = _first_head(pages, document) if number == 1 else _later_head(pages, document)
        y = _table(pages, y, rows, rules=rules)
        if number == len(sheets):
            _sums(pages, y, document)
        else:
            pages.text(RIGHT, BOTTOM, "次のページに続きます", size=8.5, colour=SOFT, right=True)
        _foot(pages, document, number, len(sheets))
        pages.canvas.showPage()
    pages.canvas.save()
    return pages.bytes.getvalue()


# --- what goes on which page

HEADLINE, LATER_TABLE = 97.5, 42.0
HEAD_OF_TABLE = 9.0


def _height(row: Row) -> float:
    return 3.6 + LINE * len(wrapped(row.label, RATE - NAME - 16, 10))


def _height_of_sums(document: Document) -> float:
    notes = sum(len(wrapped(note, RIGHT - LEFT - 4, 8.5)) for note in document.notes)
    return 24 + 7 * len(document.rates) + (6 + 4.6 * notes if notes else 0)


def _sheets(document: Document) -> Iterator[Sequence[Row]]:
    """The rows of each page. The last page has room for the sums, and a row at least."""
    rows = list(document.rows)
    top = _first_table(document)
    while True:
        room = BOTTOM - 6 - top - HEAD_OF_TABLE
        fitting, used = 0, 0.0
        while fitting < len(rows) and used + _height(rows[fitting]) <= room:
            used += _height(rows[fitting])
            fitting += 1
        fits = fitting == len(rows) and used + _height_of_sums(document) <= room + 6
        if fits or len(rows) <= 1:
            yield rows
            return
        fitting = max(1, min(fitting, len(rows) - 1))
        yield rows[:fitting]
        rows = rows[fitting:]
        top = LATER_TABLE


# --- the parts of a page


SMALLER = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4)
"""How small the customer's name and address may get, so that all of them is in the window."""

WINDOW = 58.0
"""Millimetres there are for them."""


def _fits(customer: Party, small: float) -> bool:
    lines = sum(len(wrapped(told, 78, 9.5 * small)) for told in customer.address)
    names = len(wrapped(f"{customer.name}　様", 80, 13 * small))
    return small == SMALLER[-1] or LINE * small * lines + 8 * small * names <= WINDOW


def _first_head(pages: Pages, document: Document) -> float:
    customer, issuer = document.customer, document.issuer
    y = 22.0
    if customer.postal_code:
        pages.text(24, y, f"〒{customer.postal_code}", size=9.5)
    small = next(one for one in SMALLER if _fits(customer, one))
    for line in (part for told in customer.address for part in wrapped(told, 78, 9.5 * small)):
        y += LINE * small
        pages.text(24, y, line, size=9.5 * small)
    for line in wrapped(f"{customer.name}　様", 80, 13 * small):
        y += 8 * small
        pages.text(24, y, line, size=13 * small)

    pages.text(RIGHT, 24, document.title, size=24, font=BOLD, colour=ACCENT, right=True)
    pages.text(RIGHT, 29.5, document.kind, size=8, colour=SOFT, right=True)
    y = 38.5
    for name, value in (
        ("請求書番号", document.number),
        ("発行日", long_date(document.issued)),
        ("ご契約番号", document.contract),
    ):
        pages.text(122, y, name, size=8.5, colour=SOFT)
        pages.text(RIGHT, y, value, size=9.5, right=True)
        y += 5.4
    pages.rule(y - 2.2, 122)
    y += 3.6
    pages.text(122, y, issuer.name, size=11, font=BOLD)
    details = [
        f"登録番号　{issuer.registration}",
        f"〒{issuer.postal_code}",
        *issuer.address,
        f"電話　{issuer.phone}",
        *([issuer.hours] if issuer.hours else []),
    ]
    for detail in (part for told in details for part in wrapped(told, RIGHT - 122, 8.5)):
        y += 4.5
        pages.text(122, y, detail, size=8.5)

    title = f"{document.service}　{month_label(document.month)}のご請求"
    pages.text(LEFT, 87, title, size=11, font=BOLD)
    greeting = "いつもご利用いただきありがとうございます。下記のとおりご請求申し上げます。"
    if document.total < 0:
        greeting = "いつもご利用いただきありがとうございます。下記のとおりご返金いたします。"
    pages.text(LEFT, 92.6, greeting, size=9.5)
    _headline(pages, document)
    for y in (99.0, 198.0):  # where to fold
        pages.rule(y, 3, 7)
    return _first_table(document)


def _headline(pages: Pages, document: Document) -> None:
    pages.box(LEFT, HEADLINE, RIGHT - LEFT, _first_table(document) - HEADLINE - 6.5, TINT)
    what = "ご返金額（税込）" if document.total < 0 else "ご請求金額（税込）"
    pages.text(25, 104.5, what, size=9, colour=SOFT)
    yen = f"¥{abs(document.total):,}"
    end = 25 + _width(yen, BOLD, 24) - yen.count(",") * _width(",", BOLD, 24) * (1 - COMMA)
    pages.number(end, 114.8, yen, size=24, font=BOLD, colour=ACCENT)
    y = 104.0
    for name, lines in _told(document):
        pages.text(92, y, name, size=8.5, colour=SOFT)
        bold = name == document.settlement.when_label
        for line in lines:
            pages.text(119, y, line, size=9.5, font=BOLD if bold else REGULAR)
            y += LINE


def _told(document: Document) -> list[tuple[str, list[str]]]:
    """How the invoice is paid, in lines."""
    settlement = document.settlement
    told = (
        ("お支払方法", settlement.way),
        ("", settlement.detail),
        (settlement.when_label, long_date(settlement.when)),
    )
    return [(name, wrapped(value, RIGHT - 122, 9.5)) for name, value in told]


def _first_table(document: Document) -> float:
    """Where the table of the first page begins."""
    lines = sum(len(lines) for _, lines in _told(document))
    return HEADLINE + 6.5 + max(22.0, 6.5 + LINE * lines)


def _later_head(pages: Pages, document: Document) -> float:
    pages.text(LEFT, 24, f"{document.title}（続き）", size=14, font=BOLD, colour=ACCENT)
    pages.text(RIGHT, 24, f"請求書番号　{document.number}", size=9.5, right=True)
    name, *more = wrapped(f"{document.customer.name}　様", 90, 9.5)
    pages.text(LEFT, 31, f"{name}…" if more else name, size=9.5)
    issuer = f"{document.issuer.name}　{document.issuer.registration}"
    pages.text(RIGHT, 31, issuer, size=8.5, right=True)
    return LATER_TABLE


def _table(pages: Pages, y: float, rows: Sequence[Row], *, rules: bool) -> float:
    pages.box(LEFT, y - 1, RIGHT - LEFT, 8, ACCENT)
    white = HexColor(0xFFFFFF)
    pages.text(WHEN, y + 4.2, "取引日・月", size=9, font=BOLD, colour=white)
    pages.text(NAME, y + 4.2, "内容", size=9, font=BOLD, colour=white)
    pages.text(RATE, y + 4.2, "税率", size=9, font=BOLD, colour=white, right=True)
    pages.text(AMOUNT, y + 4.2, "金額（税込・円）", size=9, font=BOLD, colour=white, right=True)
    y += HEAD_OF_TABLE
    for row in rows:
        base = y + 5
        pages.text(WHEN, base, row.when, size=9.5)
        lines = wrapped(row.label, RATE - NAME - 16, 10)
        for at, line in enumerate(lines):
            pages.text(NAME, base + at * LINE, line, size=10)
        if rules:
            after = NAME + _width(lines[-1], REGULAR, 10) + 2.5
            last = base + (len(lines) - 1) * LINE
            pages.text(after, last, row.rule, size=6.5, colour=SOFT)
        pages.text(RATE, base, row.percent, size=9.5, right=True)
        pages.number(AMOUNT, base, money(row.amount), size=10.5)
        y += _height(row)
        pages.rule(y - 0.6)
    return y


def _sums(pages: Pages, y: float, document: Document) -> None:
    y += 8
    left, columns = 92.0, (130.0, 158.0, AMOUNT)
    for x, name in zip(columns, ("税込合計", "税抜金額", "消費税額"), strict=True):
        pages.text(x, y, name, size=8.5, colour=SOFT, right=True)
    pages.rule(y + 2, left)
    for rate in document.rates:
        y += 7
        pages.text(left + 2, y, rate.label, size=9.5)
        for x, yen in zip(columns, (rate.total, rate.net, rate.tax), strict=True):
            pages.number(x, y, money(yen))
    pages.rule(y + 2.6, left, weight=1.0, colour=ACCENT)
    y += 9.4
    pages.text(left + 2, y, "合計（税込）", size=10.5, font=BOLD)
    total = f"{'▲' if document.total < 0 else ''}¥{abs(document.total):,}"
    pages.number(AMOUNT, y, total, size=13, font=BOLD, colour=ACCENT)
    if document.notes:
        y += 10
        for note in document.notes:
            for at, line in enumerate(wrapped(note, RIGHT - LEFT - 4, 8.5)):
                pages.text(LEFT, y, "※" if at == 0 else "", size=8.5, colour=SOFT)
                pages.text(LEFT + 4, y, line, size=8.5)
                y += 4.6


def _foot(pages: Pages, document: Document, number: int, count: int) -> None:
    pages.rule(281)
    told = "消費税額は、この請求書につき税率ごとに一回計算し、一円未満を切り捨てています。"
    pages.text(LEFT, 286, told, size=7.5, colour=SOFT)
    page = f"{document.number}　{number} / {count} ページ"
    pages.text(RIGHT, 286, page, size=7.5, colour=SOFT, right=True)
