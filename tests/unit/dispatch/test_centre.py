"""Which call centre looks after a home (AL-21)."""

import pytest

from lambdas.dispatch.casework.centre import CENTRES, at_centre, centre_of, seen_by
from lambdas.dispatch.casework.place import Place

NOWHERE = Place(latitude=0, longitude=0)


@pytest.mark.rule("AL-21")
def test_every_prefecture_has_one_centre_and_every_centre_the_number_of_the_terms() -> None:
    prefectures = [one for spec in CENTRES.values() for one in spec.prefectures]
    assert len(prefectures) == len(set(prefectures)) == 47
    numbers = {centre: spec.number for centre, spec in CENTRES.items()}
    expected = {"east": "0120-86-2413", "tokyo": "0120-86-3659", "west": "0120-86-7799"}
    assert numbers == expected
    assert {spec.name.ja for spec in CENTRES.values()} == {"東日本", "東京", "西日本"}


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
