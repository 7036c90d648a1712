"""Which call centre looks after a home (AL-21)."""

import pytest

from lambdas.billing.products.regions import region_of
from lambdas.dispatch.casework.centre import PREFECTURES, centre_of
from lambdas.dispatch.casework.place import Place
from lambdas.shared.centres import at_centre, seen_by

NOWHERE = Place(latitude=0, longitude=0)


ALL = """
北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県
栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県
石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県
滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県
岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県
佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県
"""
JIS = ALL.split()
"""The prefectures in the order of their numbers."""


@pytest.mark.rule("AL-21")
def test_the_centre_of_a_prefecture_is_the_one_whose_number_its_customers_are_told() -> None:
    assert sum(len(those) for those in PREFECTURES.values()) == len(JIS) == 47
    for number, prefecture in enumerate(JIS, start=1):
        assert centre_of(prefecture, NOWHERE) == region_of(f"{number:02}")
        assert prefecture in PREFECTURES[centre_of(prefecture, NOWHERE)]


@pytest.mark.rule("AL-21")
@pytest.mark.parametrize(
    ("address", "centre"),
    [
        ("東京都千代田区丸の内1-1", "tokyo"),
        ("東京", "tokyo"),
        ("〒100-0005 東京都千代田区", "tokyo"),
        ("1000005東京都千代田区", "tokyo"),
        ("京都府京都市東山区", "west"),
        ("京都市東山区", "west"),
        ("大阪市北区1-1", "west"),
        ("北海道札幌市中央区", "east"),
        ("神奈川県横浜市", "east"),
        ("沖縄県那覇市", "west"),
    ],
)
def test_a_home_belongs_to_the_centre_of_its_prefecture(address: str, centre: str) -> None:
    assert centre_of(address, NOWHERE) == centre


@pytest.mark.parametrize(("longitude", "centre"), [(141.35, "east"), (135.5, "west")])
def test_without_a_prefecture_it_goes_by_the_map(longitude: float, centre: str) -> None:
    assert centre_of("中央区1-1", Place(latitude=35, longitude=longitude)) == centre


def test_operators_of_one_centre_see_its_tasks_and_those_of_none() -> None:
    assert at_centre("operator", "west") == "operator-west"
    assert at_centre("admin", "west") == "admin"
    assert at_centre("operator", "") == "operator"
    assert seen_by("operator-west") == ["operator", "operator-west"]
    assert set(seen_by("operator")) == {
        "operator",
        "operator-east",
        "operator-tokyo",
        "operator-west",
    }
