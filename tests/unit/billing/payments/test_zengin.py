"""The files of the banks: what we write, and what we take and do not take of what they answer."""

import hashlib
from collections.abc import Callable

import pytest

from lambdas.billing.contract.facts import NotCollected, Paid, PaymentFailed
from lambdas.billing.payments.results import Contradiction, news
from lambdas.billing.payments.zengin import (
    LAYOUTS,
    LENGTH,
    MOST_YEN,
    BadFile,
    ResultFile,
    Sent,
    read_result,
    write_request,
)
from local.bank import answer
from tests.unit.billing.payments.payers import (
    CONSIGNOR,
    DAY,
    SEPTEMBER,
    account,
    debit,
    fingerprint,
    request,
)

Spoil = Callable[[list[bytearray]], object]


def read(data: bytes, sent: Sent) -> ResultFile:
    return read_result(data, sent, fingerprint=fingerprint)


def spoilt(spoil: Spoil, failing: dict[str, str] | None = None) -> tuple[bytes, Sent]:
    """A result for three debits with something done to its records."""
    data, sent = request(debit(n, 1000 * n) for n in (1, 2, 3))
    records = [bytearray(record) for record in answer(data, failing or {}).split(b"\r\n")[:-1]]
    spoil(records)
    return b"".join(bytes(record) + b"\r\n" for record in records), sent


def put(number: int, at: int, text: str) -> Spoil:
    """Text at a position (counted from 1) of a record (counted from 1)."""

    def spoil(records: list[bytearray]) -> None:
        written = text.encode("shift_jis")
        records[number - 1][at - 1 : at - 1 + len(written)] = written

    return spoil


# --- what we write


@pytest.mark.rule("HT-28")
def test_the_request_byte_by_byte() -> None:
    data, sent = request([debit(42, new="first")], line_ends=False)
    header, row, trailer, end = (
        data[at : at + LENGTH].decode("shift_jis") for at in range(0, len(data), LENGTH)
    )
    assert header == (
        "1"
        "91"
        "0"
        "0098700000" + "ｶ)ﾐﾏﾓﾘ".ljust(40) + "1027"
        "0001" + "ﾐｽﾞﾎ".ljust(15) + "001" + "ﾄｳｷﾖｳ".ljust(15) + "1"
        "7654321" + " " * 17
    )
    assert row == (
        "2"
        "0005" + "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ".ljust(15) + "001" + "ﾎﾝﾃﾝ".ljust(15) + " " * 4 + "1"
        "0000042" + "ﾔﾏﾀﾞ ﾀﾛｳ".ljust(30) + "0000004378"
        "1" + f"{42:020}" + "0" + " " * 8
    )
    assert trailer == "8000001000000004378" + "0" * 36 + " " * 65
    assert end == "9" + " " * 119
    assert sent.debits[0].contract == "c-42"


def test_the_layouts_fill_their_records() -> None:
    assert [sum(place.width for place in layout) for layout in LAYOUTS.values()] == [LENGTH] * 4


def test_with_line_ends_and_without_the_same_file_is_meant() -> None:
    with_ends, sent = request([debit(1), debit(2)])
    without, same = request([debit(1), debit(2)], line_ends=False)
    assert with_ends == b"".join(
        without[at : at + LENGTH] + b"\r\n" for at in range(0, len(without), LENGTH)
    )
    assert sent == same


def test_a_bank_nobody_knows_is_left_to_the_bank() -> None:
    data, sent = request([debit(1, account=account(bank="9998", branch="999"))])
    row = data.split(b"\r\n")[1]
    assert row[:24] == b"2" + b"9998" + b" " * 15 + b"999" + b" "
    assert read(answer(data, {f"{1:020}": "2"}), sent).results[0].reason == "no_account"


def test_what_is_remembered_has_no_account_in_it() -> None:
    data, sent = request([debit(1, account=account("7777777"))])
    result = read(answer(data, {}), sent)
    for text in (sent.model_dump_json(), repr(sent), result.model_dump_json(), repr(result)):
        assert "7777777" not in text


def test_names_of_files_cannot_be_computed_without_the_vaults_key() -> None:
    """A digest of a file with one account in it would tell its number to who tries them all."""
    data, sent = request([debit(1)])
    _, elsewhere = write_request(CONSIGNOR, DAY, [debit(1)], fingerprint=lambda clear: "other key")
    assert elsewhere.id.endswith("-other key")
    answered = answer(data, {})
    ids = read(answered, sent).id, hashlib.sha256(answered.replace(b"\r\n", b"")).hexdigest()
    assert len(set(ids)) == 2


def test_nothing_to_collect_is_no_file() -> None:
    with pytest.raises(BadFile, match="nothing to collect"):
        request([])


def test_a_customer_number_serves_once_a_file() -> None:
    with pytest.raises(BadFile, match=r"record 3: customer 0+1 came before"):
        request([debit(1), debit(1)])


def test_amounts_that_have_no_room_are_refused() -> None:
    assert request([debit(1, MOST_YEN)])
    for amount in (0, -1, MOST_YEN + 1):
        with pytest.raises(ValueError, match="amount"):
            debit(1, amount)


# --- what banks answer


@pytest.mark.rule("HT-28", "HT-29")
@pytest.mark.parametrize("line_ends", [True, False])
def test_each_debit_has_its_result(line_ends: bool) -> None:
    codes = ["0", "1", "2", "3", "4", "8", "9"]
    data, sent = request(debit(n, 100 + n) for n in range(len(codes)))
    failing = {f"{n:020}": code for n, code in enumerate(codes) if code != "0"}
    results = read(answer(data, failing, line_ends=line_ends), sent).results
    assert [(one.state, one.reason, one.amount) for one in results] == [
        ("paid", None, 100),
        ("failed", "insufficient_funds", 101),
        ("failed", "no_account", 102),
        ("failed", "stopped_by_customer", 103),
        ("failed", "no_mandate", 104),
        ("failed", "stopped_by_us", 105),
        ("failed", "other", 106),
    ]
    assert [one.invoice for one in results] == [f"c-{n}-2026-09" for n in range(7)]
    facts = [one.fact() for one in results]
    assert [type(fact) for fact in facts] == [
        Paid,
        *[PaymentFailed] * 4,
        NotCollected,
        PaymentFailed,
    ]  # what we stopped ourselves is no failure of the customer's
    assert all(fact.month == SEPTEMBER for fact in facts if fact)


def test_an_end_of_file_mark_of_old_is_taken() -> None:
    data, sent = request([debit(1)])
    for end in (b"\x1a", b"\x1a\r\n"):
        assert read(answer(data, {}) + end, sent) == read(answer(data, {}), sent)


def test_what_banks_write_as_they_like_is_not_looked_at() -> None:
    def spoil(records: list[bytearray]) -> None:
        put(1, 63, "ﾍﾞﾂﾉﾅﾏｴ")(records)
        put(1, 96, " " * 8)(records)
        put(2, 91, " ")(records)
        put(2, 113, "ABCDEFGH")(records)

    assert len(read(*spoilt(spoil)).results) == 3


@pytest.mark.rule("G-08")
def test_the_same_file_twice_changes_nothing() -> None:
    data, sent = request([debit(1), debit(2)])
    failing = {f"{2:020}": "1"}
    first = read(answer(data, failing), sent)
    again = read(answer(data, failing, line_ends=False), sent)
    assert again.id == first.id
    stored = {one.id: one for one in news({}, first.results)}
    assert len(stored) == 2
    assert news(stored, again.results) == []


@pytest.mark.rule("G-08")
def test_a_bank_that_changes_its_mind_is_for_a_person() -> None:
    data, sent = request([debit(1), debit(2)])
    stored = {one.id: one for one in read(answer(data, {}), sent).results}
    with pytest.raises(Contradiction, match="was paid with 4378 yen, now said to be failed"):
        news(stored, read(answer(data, {f"{2:020}": "1"}), sent).results)


BAD: dict[str, tuple[Spoil, int | None, str]] = {
    "short record": (lambda r: r[2].pop(), 3, "length"),
    "long record": (lambda r: r[2].append(0x20), 3, "length"),
    "double-byte letters": (lambda r: put(3, 51, "山田")(r), 3, "letters"),
    "control letters": (lambda r: r[2].__setitem__(60, 0x00), 3, "letters"),
    "no header": (lambda r: r.pop(0), 1, "order"),
    "data after the trailer": (lambda r: r.insert(4, r.pop(3)), 4, "order"),
    "two headers": (lambda r: r.insert(1, r[0][:]), 2, "order"),
    "no trailer": (lambda r: r.pop(-2), 4, "order"),
    "no end": (lambda r: r.pop(), 4, "order"),
    "unknown kind": (put(3, 1, "5"), 3, "order"),
    "header alone": (lambda r: r.__delitem__(slice(1, None)), 1, "order"),
    "no data": (lambda r: r.__delitem__(slice(1, 4)), 2, "order"),
    "letters for digits": (put(3, 81, "00000X2000"), 3, "digits"),
    "other business": (put(1, 2, "21"), 1, "business"),
    "other letters": (put(1, 4, "1"), 1, "letters"),
    "other consignor": (put(1, 5, "9999999999"), 1, "consignor"),
    "other day": (put(1, 55, "1028"), 1, "day"),
    "unknown customer": (put(3, 92, "9" * 20), 3, "customer"),
    "other account": (put(3, 44, "0000009"), 3, "account"),
    "other branch": (put(3, 21, "002"), 3, "account"),
    "other kind of account": (put(3, 43, "2"), 3, "account"),
    "other amount": (put(3, 81, f"{1999:010}"), 3, "amount"),
    "unknown result": (put(3, 112, "7"), 3, "result"),
    "twice": (lambda r: r.__setitem__(3, r[2][:]), 4, "duplicate"),
    "one missing": (lambda r: r.pop(3), None, "missing"),
    "wrong count": (put(5, 2, f"{4:06}"), 5, "count"),
    "wrong total": (put(5, 8, f"{6001:012}"), 5, "total"),
    "wrong count of paid": (put(5, 20, f"{2:06}"), 5, "count"),
    "wrong total of paid": (put(5, 26, f"{5999:012}"), 5, "total"),
    "wrong count of unpaid": (put(5, 38, f"{1:06}"), 5, "count"),
    "wrong total of unpaid": (put(5, 44, f"{1:012}"), 5, "total"),
    "result that the totals do not know of": (put(3, 112, "1"), 5, "count"),
}


@pytest.mark.rule("G-08")
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_the_record_and_the_reason(name: str) -> None:
    spoil, record, code = BAD[name]
    with pytest.raises(BadFile) as refused:
        read(*spoilt(spoil))
    assert (record, code) in [(fault.record, fault.code) for fault in refused.value.faults]
    if record:
        assert f"record {record}: " in "; ".join(map(str, refused.value.faults))


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\r\n\r\n", b"\x1a", b"\x1a\r\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        read(data, request([debit(1)])[1])


def test_a_file_cut_short_is_refused() -> None:
    data, sent = request(debit(n) for n in range(3))
    whole = answer(data, {}, line_ends=False)
    for length in range(0, len(whole), 7):
        with pytest.raises(BadFile):
            read(whole[:length], sent)


def test_the_request_itself_is_no_result() -> None:
    data, sent = request([debit(1)])
    with pytest.raises(BadFile, match="paid_count says 0, there are 1"):
        read(data, sent)


def test_all_faults_are_told_and_none_has_an_account_number() -> None:
    def spoil(records: list[bytearray]) -> None:
        put(2, 44, "7777777")(records)
        put(3, 81, f"{1:010}")(records)
        put(4, 112, "7")(records)

    with pytest.raises(BadFile) as refused:
        read(*spoilt(spoil))
    assert [fault.record for fault in refused.value.faults] == [2, 3, 4, 5, 5, 5, 5, 5]
    assert "7777777" not in str(refused.value.faults)
    assert str(refused.value).endswith("and 5 more")
