"""Banks, branches and banks' kana."""

from datetime import date

import pytest

from lambdas.billing.payments.banks import bank_name, branch, data_of
from lambdas.billing.payments.kana import ALLOWED, NotKana, to_kana


def test_banks_and_branches_are_known_without_a_network() -> None:
    assert bank_name("0001") == "みずほ"
    at = branch("0001", "001")
    assert at is not None
    assert (at.bank_kana, at.name, at.kana) == ("ﾐｽﾞﾎ", "東京営業部", "ﾄｳｷﾖｳ")
    assert bank_name("9900") == "ゆうちょ"


def test_what_there_is_not_is_not_found() -> None:
    assert bank_name("9998") is None
    assert branch("9998", "001") is None
    assert branch("0001", "999") is None
    assert branch("", "") is None


def test_the_data_says_how_old_it_is() -> None:
    assert data_of() >= date(2026, 8, 24)


def test_every_bank_can_be_written() -> None:
    from zengin_code import Bank

    assert len(Bank.all) > 1000
    for code, bank in Bank.all.items():
        assert set(to_kana(bank.kana)) <= ALLOWED
        for number in list(bank.branches)[:3]:
            assert branch(code, number) is not None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ﾔﾏﾀﾞ  ﾀﾛｳ ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ジュリー・スミス", "ｼﾞﾕﾘ-.ｽﾐｽ"),
        ("キャッシュ", "ｷﾔﾂｼﾕ"),
        ("パヴェル", "ﾊﾟｳﾞｴﾙ"),
        ("カ）ミマモリ", "ｶ)ﾐﾏﾓﾘ"),
        ("abc－１２３", "ABC-123"),
        ("ヲ", "ｵ"),
        ("か\u3099", "ｶﾞ"),
    ],
)
def test_kana_as_banks_write_it(text: str, written: str) -> None:
    assert to_kana(text) == written
    assert to_kana(written) == written


@pytest.mark.parametrize("text", ["山田", "タロウ&", "タロウ\\", "Müller", "タロウ😀", "ヰ"])
def test_what_banks_do_not_know_is_named(text: str) -> None:
    with pytest.raises(NotKana):
        to_kana(text)
