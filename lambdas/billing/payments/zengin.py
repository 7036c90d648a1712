"""Files of the banks for account transfer (口座振替): the request we write, the result we read.

The Japanese Bankers Association (全国銀行協会, 全銀協) laid down the format for business 91
(預金口座振替); banks print it in the manuals of their electronic banking, such as 宮崎銀行
(kfkdown-zengin-help) and 北國銀行 (dl_tran_zg). A file is a header, data records, a trailer and an
end record, each of 120 bytes in JIS X 0201 (the single-byte part of Shift_JIS), one after the other
or with CR LF behind each. N: digits, to the right, zeros before. C: half-width letters, to the
left, spaces behind.

======== ========= ============================================================
header   1         N1  record kind 1
         2–3       N2  business 91
         4         N1  letters: 0 = JIS
         5–14      N10 consignor (委託者コード), given by the bank
         15–54     C40 the consignor's name
         55–58     N4  day of the transfer (引落日), month and day
         59–62     N4  the consignor's bank; 63–77 C15 its name
         78–80     N3  the branch; 81–95 C15 its name
         96        N1  the account's kind: 1 普通, 2 当座, 9 その他
         97–103    N7  the account; 104–120 C17 spaces
data     1         N1  record kind 2
         2–5       N4  the payer's bank; 6–20 C15 its name
         21–23     N3  the branch; 24–38 C15 its name
         39–42     C4  spaces
         43        N1  the account's kind: 1 普通, 2 当座, 3 納税準備, 9 その他
         44–50     N7  the account
         51–80     C30 its holder
         81–90     N10 the amount
         91        N1  new: 1 first time, 2 changed, 0 otherwise
         92–111    N20 customer number, returned as it was
         112       N1  result: 0 in a request; 113–120 C8 spaces
trailer  1         N1  record kind 8
         2–7       N6  records; 8–19 N12 their amount
         20–25     N6  transferred; 26–37 N12 their amount (zeros in a request)
         38–43     N6  not transferred; 44–55 N12 their amount (zeros in a request)
         56–120    C65 spaces
end      1         N1  record kind 9; 2–120 C119 spaces
======== ========= ============================================================

A result file is held against what was sent. If the file as a whole is not as it must be, all faults
are told and nothing of it counts (``BadFile``); of records that are not clear each is told, and the
others count. Names and unused places are not
looked at: banks write them as they like. Only whole results are read: a bank that returns failures
alone needs an agreement to return everything.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field, PositiveInt

from lambdas.billing.payments.accounts import AccountKind, BankAccount, Value
from lambdas.billing.payments.banks import Branch, branch
from lambdas.billing.payments.kana import ALLOWED
from lambdas.billing.payments.results import PaymentResult
from lambdas.shared.calendar import Month

LENGTH = 120
LINE_END = b"\r\n"
END_OF_FILE = b"\x1a"
"""What programs of old put at the end; banks' own software still does."""

MOST_RECORDS = 999_999
MOST_YEN = 9_999_999_999
FAULTS_TOLD = 100


class Place(NamedTuple):
    """A field of a record."""

    name: str
    width: int
    digits: bool = True


HEADER = (
    Place("record", 1),
    Place("business", 2),
    Place("letters", 1),
    Place("consignor", 10),
    Place("consignor_name", 40, digits=False),
    Place("day", 4),
    Place("bank", 4),
    Place("bank_name", 15, digits=False),
    Place("branch", 3, digits=False),  # optional from here on
    Place("branch_name", 15, digits=False),
    Place("kind", 1, digits=False),
    Place("number", 7, digits=False),
    Place("unused", 17, digits=False),
)
DATA = (
    Place("record", 1),
    Place("bank", 4),
    Place("bank_name", 15, digits=False),
    Place("branch", 3),
    Place("branch_name", 15, digits=False),
    Place("unused_1", 4, digits=False),
    Place("kind", 1),
    Place("number", 7),
    Place("holder", 30, digits=False),
    Place("amount", 10),
    Place("new", 1, digits=False),  # some banks leave it out of results
    Place("customer", 20),
    Place("result", 1, digits=False),
    Place("unused_2", 8, digits=False),
)
TRAILER = (
    Place("record", 1),
    Place("count", 6),
    Place("amount", 12),
    Place("paid_count", 6),
    Place("paid_amount", 12),
    Place("unpaid_count", 6),
    Place("unpaid_amount", 12),
    Place("unused", 65, digits=False),
)
END = (Place("record", 1), Place("unused", 119, digits=False))
LAYOUTS: Mapping[str, tuple[Place, ...]] = {"1": HEADER, "2": DATA, "8": TRAILER, "9": END}

KINDS: Mapping[AccountKind, str] = {
    "ordinary": "1",
    "current": "2",
    "tax_reserve": "3",
    "other": "9",
}
New = Literal["first", "changed", "known"]
NEW: Mapping[New, str] = {"first": "1", "changed": "2", "known": "0"}


class Meaning(NamedTuple):
    """What a result code means, in the words of the banks and in ours."""

    japanese: str
    reason: str | None
    ours: bool = False


RESULTS: Mapping[str, Meaning] = {
    "0": Meaning("振替済", None),
    "1": Meaning("資金不足", "insufficient_funds"),
    "2": Meaning("取引なし", "no_account"),
    "3": Meaning("預金者の都合による振替停止", "stopped_by_customer"),
    "4": Meaning("預金口座振替依頼書なし", "no_mandate"),
    "8": Meaning("委託者の都合による振替停止", "stopped_by_us", ours=True),
    "9": Meaning("その他", "other"),
    "E": Meaning("データエラー", "data_error", ours=True),
}
"""``N`` (振替結果未着) is no result: what became of the debit is said later."""


class Fault(NamedTuple):
    """Something wrong with a file. ``record`` counts from 1, the header; None means the file."""

    record: int | None
    code: str
    detail: str

    def __str__(self) -> str:
        where = f"record {self.record}: " if self.record else ""
        return f"{where}{self.detail} ({self.code})"

    @property
    def japanese(self) -> str:
        """The same for Japanese readers: what kind of fault it is, and the figures in English."""
        where = f"{self.record}件目のレコード: " if self.record else ""
        kind = FAULTS.get(self.code)
        return f"{where}{kind}（{self.detail}）" if kind else f"{where}{self.detail}"


FAULTS: Mapping[str, str] = {
    "empty": "ファイルが空です",
    "size": "ファイルが大きすぎます",
    "length": "レコードの長さが120バイトではありません",
    "letters": "使えない文字があります",
    "order": "レコードの並びが正しくありません",
    "digits": "数字でないところがあります",
    "business": "業務種別が口座振替ではありません",
    "consignor": "委託者コードが違います",
    "day": "引落日が違います",
    "request": "対応する依頼ファイルがありません",
    "customer": "依頼していない顧客番号です",
    "account": "依頼した口座と違います",
    "amount": "依頼した金額と違います",
    "result": "振替結果コードが不明です",
    "waits": "振替結果がまだ届いていません",
    "duplicate": "同じ顧客番号が2回あります",
    "missing": "依頼した明細が足りません",
    "count": "件数の合計が合いません",
    "total": "金額の合計が合いません",
    "contradiction": "以前に受け取った結果と食い違っています",
}
"""Kinds of faults in result files, by their codes."""


class BadFile(Exception):
    """A file that cannot be taken. ``faults`` says why; account numbers are not among it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = "; ".join(map(str, self.faults[:3]))
        more = len(self.faults) - 3
        super().__init__(told + (f"; and {more} more" if more > 0 else ""))


# --- what is asked of a bank


class Consignor(Value):
    """Who collects: us, as the bank knows us."""

    code: str = Field(pattern=r"^[0-9]{10}$")
    account: BankAccount
    """Ours; its holder is the consignor's name."""

    banks: tuple[str, ...] = ()
    """The payers' banks that it collects from; all that no other does, if none is named."""

    most_debits: int = Field(10_000, ge=1, le=10_000)
    """A file has no more: so many answers can be taken in within a function's time."""


class Debit(Value):
    """One amount to be collected from one account."""

    customer: str = Field(pattern=r"^[0-9]{20}$")
    """The number by which the bank's answer is known again; once a file."""

    account: BankAccount
    amount: PositiveInt = Field(le=MOST_YEN)
    new: New = "known"
    contract: str
    invoice: str
    month: Month


class SentDebit(Value):
    """What is remembered of a debit until the result arrives."""

    customer: str
    contract: str
    invoice: str
    month: Month
    amount: int
    account: str
    """Fingerprint of the account."""


class Sent(Value):
    """What is remembered of a request file. It has no account number in it."""

    id: str
    """Identity of the file: consignor, day, and a fingerprint of its records."""

    consignor: str
    day: date
    debits: tuple[SentDebit, ...]


Find = Callable[[str, str], Branch | None]
Fingerprint = Callable[[str], str]


def write_request(
    consignor: Consignor,
    day: date,
    debits: Sequence[Debit],
    *,
    fingerprint: Fingerprint,
    line_ends: bool = True,
    find: Find = branch,
) -> tuple[bytes, Sent]:
    """The file that asks for ``debits`` on ``day``, and what to remember of it.

    A bank or branch that ``find`` does not know is written without its name; the bank decides.
    BadFile when there is nothing to ask for, too much, or one customer number twice.
    """
    if not debits:
        raise BadFile([Fault(None, "empty", "there is nothing to collect")])
    if len(debits) > MOST_RECORDS:
        raise BadFile([Fault(None, "too-many", f"more than {MOST_RECORDS} records")])
    seen: set[str] = set()
    for number, debit in enumerate(debits, start=2):
        if debit.customer in seen:
            raise BadFile([Fault(number, "duplicate", f"customer {debit.customer} came before")])
        seen.add(debit.customer)
    records = [
        _header(consignor, day, find),
        *(_data(debit, find) for debit in debits),
        _write(
            TRAILER, record="8", count=len(debits), amount=sum(debit.amount for debit in debits)
        ),
        _write(END, record="9"),
    ]
    sent = Sent(
        id=f"{consignor.code}-{day.isoformat()}-{_identity(records, fingerprint)}",
        consignor=consignor.code,
        day=day,
        debits=tuple(_sent(debit, fingerprint) for debit in debits),
    )
    end = LINE_END if line_ends else b""
    return b"".join(record + end for record in records), sent


def _header(consignor: Consignor, day: date, find: Find) -> bytes:
    account = consignor.account
    at = find(account.bank, account.branch)
    return _write(
        HEADER,
        record="1",
        business="91",
        letters="0",
        consignor=consignor.code,
        consignor_name=account.holder,
        day=f"{day:%m%d}",
        bank=account.bank,
        bank_name=at.bank_kana if at else "",
        branch=account.branch,
        branch_name=at.kana if at else "",
        kind=KINDS[account.kind],
        number=account.number.get_secret_value(),
    )


def _data(debit: Debit, find: Find) -> bytes:
    account = debit.account
    at = find(account.bank, account.branch)
    return _write(
        DATA,
        record="2",
        bank=account.bank,
        bank_name=at.bank_kana if at else "",
        branch=account.branch,
        branch_name=at.kana if at else "",
        kind=KINDS[account.kind],
        number=account.number.get_secret_value(),
        holder=account.holder,
        amount=debit.amount,
        new=NEW[debit.new],
        customer=debit.customer,
        result="0",
    )


def _sent(debit: Debit, fingerprint: Fingerprint) -> SentDebit:
    return SentDebit(
        customer=debit.customer,
        contract=debit.contract,
        invoice=debit.invoice,
        month=debit.month,
        amount=debit.amount,
        account=fingerprint(debit.account.whole),
    )


def _write(layout: tuple[Place, ...], **values: str | int) -> bytes:
    """A record. Names that are too long are cut, numbers never are."""
    written = []
    for place in layout:
        value = str(values.get(place.name, ""))
        if place.digits:
            if len(value) > place.width:
                raise BadFile([Fault(None, "too-large", f"{place.name} has no room for {value}")])
            written.append(value.rjust(place.width, "0"))
        else:
            written.append(value[: place.width].ljust(place.width))
    text = "".join(written)
    if not ALLOWED.issuperset(text):
        raise BadFile([Fault(None, "letters", "there are letters that banks do not know")])
    return text.encode("shift_jis")


# --- what a bank answers


class ResultFile(Value):
    """A result file that was found good."""

    id: str
    """Identity of the file: the same records, with line ends or without, are the same file."""

    request: str
    """Identity of the request it answers."""

    results: tuple[PaymentResult, ...]
    unclear: tuple[Fault, ...] = ()
    """Records that are for a person to look at, and why."""


def read_result(
    data: bytes, sent: Sent, *, fingerprint: Fingerprint, clear: bool = False
) -> ResultFile:
    """What became of each debit of ``sent``. BadFile, with every fault, for any other file; of what
    is ``clear``, faults of single records are told beside the results of the others."""
    records = list(_records(data))
    header, rows, trailer = _parsed(records)
    faults = [*_header_faults(header, sent)]
    wanted = {debit.customer: debit for debit in sent.debits}
    seen: set[str] = set()
    results = []
    for number, row in enumerate(rows, start=2):
        debit = wanted.get(row["customer"])
        wrong = [*_row_faults(number, row, debit, seen, fingerprint)]
        seen.add(row["customer"])
        faults += wrong
        if debit and not wrong:
            results.append(_result(number, row, debit, sent))
    if clear and results:
        unclear, faults = faults, [*_header_faults(header, sent)]
    else:
        unclear = []
    if not faults and (missing := len(wanted.keys() - seen)):
        fault = Fault(None, "missing", f"{missing} of the debits asked for are not in it")
        (unclear if clear else faults).append(fault)
    faults += _trailer_faults(len(records) - 1, rows, trailer)
    if faults:
        faults += unclear
        raise BadFile(sorted(faults, key=lambda fault: fault.record or 0)[:FAULTS_TOLD])
    return ResultFile(
        id=_identity(records, fingerprint),
        request=sent.id,
        results=tuple(results),
        unclear=tuple(unclear[:FAULTS_TOLD]),
    )


def addressed(data: bytes) -> tuple[str, str]:
    """Consignor and day (month and day) that a result file says it is for. BadFile when it is not
    even a file of this format."""
    header, _, _ = _parsed(list(_records(data)))
    return header["consignor"], header["day"]


def _records(data: bytes) -> Iterator[bytes]:
    """The records of a file, each of the right length and of letters that may be in it."""
    if data.removesuffix(LINE_END).endswith(END_OF_FILE):
        data = data.removesuffix(LINE_END).removesuffix(END_OF_FILE)
    if not data.strip(LINE_END):
        raise BadFile([Fault(None, "empty", "the file is empty")])
    if LINE_END in data:
        found = data.removesuffix(LINE_END).split(LINE_END)
    else:
        found = [data[at : at + LENGTH] for at in range(0, len(data), LENGTH)]
    faults = []
    for number, record in enumerate(found, start=1):
        if len(record) != LENGTH:
            detail = f"{len(record)} bytes instead of {LENGTH}"
            faults.append(Fault(number, "length", detail))
        elif not _SINGLE_BYTES.issuperset(record):
            faults.append(Fault(number, "letters", "bytes that are no half-width letters"))
    if faults:
        raise BadFile(faults[:FAULTS_TOLD])
    yield from found


_SINGLE_BYTES = frozenset([*range(0x20, 0x7F), *range(0xA1, 0xE0)])

Record = dict[str, str]


def _parsed(records: list[bytes]) -> tuple[Record, list[Record], Record]:
    """Header, data and trailer; the order of records and the digits in them are as they must be."""
    kinds = "".join(chr(record[0]) for record in records)
    wanted = "1" + "2" * (len(records) - 3) + "89" if len(records) >= 4 else "1289"
    for number, (found, right) in enumerate(zip(kinds, wanted, strict=False), start=1):
        if found != right:
            detail = f"a record of kind {found!r} where {right!r} belongs"
            raise BadFile([Fault(number, "order", detail)])
    if len(kinds) < len(wanted):
        raise BadFile([Fault(len(kinds), "order", "the file ends too early")])
    faults: list[Fault] = []
    read = [_read(number, record, faults) for number, record in enumerate(records, start=1)]
    if faults:
        raise BadFile(faults[:FAULTS_TOLD])
    return read[0], read[1:-2], read[-2]


def _read(number: int, record: bytes, faults: list[Fault]) -> Record:
    text = record.decode("shift_jis")
    values, at = {}, 0
    for place in LAYOUTS[text[0]]:
        value = text[at : at + place.width]
        at += place.width
        if place.digits and not (value.isascii() and value.isdigit()):
            faults.append(Fault(number, "digits", f"{place.name} is not all digits"))
        values[place.name] = value
    return values


def _header_faults(header: Record, sent: Sent) -> Iterator[Fault]:
    if header["business"] != "91":
        yield Fault(1, "business", f"business {header['business']}, not 91 (口座振替)")
    if header["letters"] != "0":
        yield Fault(1, "letters", f"letters {header['letters']}, not 0 (JIS)")
    if header["consignor"] != sent.consignor:
        yield Fault(1, "consignor", f"consignor {header['consignor']}, not {sent.consignor}")
    if header["day"] != f"{sent.day:%m%d}":
        yield Fault(1, "day", f"day {header['day']}, not {sent.day:%m%d}")


def _row_faults(
    number: int, row: Record, debit: SentDebit | None, seen: set[str], fingerprint: Fingerprint
) -> Iterator[Fault]:
    if row["customer"] in seen:
        yield Fault(number, "duplicate", f"customer {row['customer']} came before")
    if row["result"] == "N":
        yield Fault(number, "waits", f"no result yet of customer {row['customer']}")
    elif row["result"] not in RESULTS:
        yield Fault(number, "result", f"unknown result {row['result']}")
    if debit is None:
        yield Fault(number, "customer", f"customer {row['customer']} was not asked for")
        return
    if fingerprint(_whole(row)) != debit.account:
        detail = f"not the account asked for of customer {debit.customer}"
        yield Fault(number, "account", detail)
    if int(row["amount"]) != debit.amount:
        yield Fault(number, "amount", f"{int(row['amount'])} yen, {debit.amount} were asked for")


def _whole(row: Record) -> str:
    """The account of a record, written like ``BankAccount.whole``."""
    kind = next((kind for kind, code in KINDS.items() if code == row["kind"]), row["kind"])
    return f"{row['bank']}-{row['branch']}-{kind}-{row['number']}"


def _trailer_faults(number: int, rows: list[Record], trailer: Record) -> Iterator[Fault]:
    for name, of in (
        ("", rows),
        ("paid_", [row for row in rows if row["result"] == "0"]),
        ("unpaid_", [row for row in rows if row["result"] != "0"]),
    ):
        count, amount = int(trailer[f"{name}count"]), int(trailer[f"{name}amount"])
        if count != len(of):
            detail = f"{name}count says {count}, there are {len(of)}"
            yield Fault(number, "count", detail)
        if amount != (total := sum(int(row["amount"]) for row in of)):
            detail = f"{name}amount says {amount}, the records come to {total}"
            yield Fault(number, "total", detail)


def _result(number: int, row: Record, debit: SentDebit, sent: Sent) -> PaymentResult:
    meaning = RESULTS[row["result"]]
    return PaymentResult(
        id=f"transfer/{sent.id}/{debit.customer}",
        contract=debit.contract,
        invoice=debit.invoice,
        month=debit.month,
        amount=debit.amount,
        payment="bank_transfer",
        state="paid" if row["result"] == "0" else "failed",
        on=sent.day,
        reason=meaning.reason,
        ours=meaning.ours,
        reference=f"{sent.consignor}/{sent.day}/{number}",
    )


def _identity(records: Iterable[bytes], fingerprint: Fingerprint) -> str:
    """A name for a file. A plain digest would tell the number in a file with a single account."""
    return fingerprint(hashlib.sha256(b"".join(records)).hexdigest())
