"""The files of the banks, whatever is in them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lambdas.billing.payments.kana import ALLOWED, NotKana, to_kana
from lambdas.billing.payments.zengin import LENGTH, MOST_YEN, RESULTS, BadFile, read_result
from local.bank import answer
from tests.examples import examples
from tests.unit.billing.payments.payers import account, debit, fingerprint, request

CODES = st.sampled_from(sorted(RESULTS))
DEBITS = st.lists(
    st.tuples(
        st.integers(0, 10**20 - 1),  # customer
        st.integers(0, 9_999_999),  # account
        st.integers(1, MOST_YEN),
        st.sampled_from(["first", "changed", "known"]),
        CODES,
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda told: told[0],
)
SENT_DATA, SENT = request(debit(n, 100 * n) for n in (1, 2, 3))
GOOD = answer(SENT_DATA, {f"{2:020}": "1"})


@given(DEBITS, st.booleans(), st.booleans())
@settings(max_examples=examples(60), deadline=None)
def test_what_is_written_comes_back(
    told: list[tuple[int, int, int, str, str]], ends_out: bool, ends_in: bool
) -> None:
    data, sent = request(
        (
            debit(n, yen, customer=f"{customer:020}", account=account(f"{number:07}"), new=new)
            for n, (customer, number, yen, new, _) in enumerate(told)
        ),
        line_ends=ends_out,
    )
    assert all(len(one) == LENGTH for one in data.split(b"\r\n") if one) or not ends_out
    failing = {f"{customer:020}": code for customer, *_, code in told if code != "0"}
    results = read_result(
        answer(data, failing, line_ends=ends_in), sent, fingerprint=fingerprint
    ).results
    assert [(one.contract, one.amount, one.reason, one.ours) for one in results] == [
        (f"c-{n}", yen, RESULTS[code].reason, RESULTS[code].ours)
        for n, (_, _, yen, _, code) in enumerate(told)
    ]
    assert [one.state == "paid" for one in results] == [code == "0" for *_, code in told]


@given(st.binary(max_size=500))
@example(b"1" * 480)
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_are_a_bad_file(data: bytes) -> None:
    with pytest.raises(BadFile, match=r"\("):
        read_result(data, SENT, fingerprint=fingerprint)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=4))
@settings(max_examples=examples(200), deadline=None)
def test_a_file_with_bytes_changed_is_refused_or_says_the_same_money(
    changes: list[tuple[int, int]],
) -> None:
    spoilt = bytearray(GOOD)
    for at, byte in changes:
        spoilt[at] = byte
    before = read_result(GOOD, SENT, fingerprint=fingerprint)
    try:
        taken = read_result(bytes(spoilt), SENT, fingerprint=fingerprint)
    except BadFile:
        return
    assert [(one.id, one.state, one.amount) for one in taken.results] == [
        (one.id, one.state, one.amount) for one in before.results
    ]


@given(st.text(max_size=60))
@settings(max_examples=examples(200), deadline=None)
def test_any_text_becomes_banks_kana_or_is_named(text: str) -> None:
    try:
        written = to_kana(text)
    except NotKana:
        return
    assert set(written) <= ALLOWED
    assert len(written.encode("shift_jis")) == len(written)
    assert to_kana(written) == written
