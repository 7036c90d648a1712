"""The catalogue: versions, parameters, lint: G-06, A-37."""

import shutil
from pathlib import Path

import pytest

from lambdas.billing.app.preview import answer
from lambdas.billing.products.catalogue import FOLDER, CatalogueError, read, standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.lint import RULES, findings, known_rules, main
from tests.unit.billing.book import DAY, forbidden_by, lines, on, preview

KNOWN = known_rules(RULES.read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue, to be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


def spoil(folder: Path, old: str, new: str, file: str = "doshiteru.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.rule("G-06")
def test_our_catalogue_has_no_errors() -> None:
    assert [f for f in findings(standard(), KNOWN) if f.level == "error"] == []
    assert main([]) == 0


@pytest.mark.rule("A-37", "A-20", "A-19")
def test_what_looks_like_a_slip_is_said() -> None:
    told = [str(f) for f in findings(standard(), KNOWN)]
    assert any("13700 replaced, 13750 as damages (A-37)" in one for one in told)
    assert any("14256" in one and "A-20" in one for one in told)
    assert any("dispatch_fee is left open" in one for one in told)


@pytest.mark.rule("G-06")
def test_an_unknown_rule_is_found(folder: Path) -> None:
    nobodys = "HF" + "-99"
    spoil(folder, "rule: HF-08", f"rule: {nobodys}")
    assert f"unknown rule {nobodys}" in [f.what for f in findings(read(folder), KNOWN)]
    assert main([str(folder)]) == 1


def two_versions(folder: Path, first_ends: str, second_begins: str) -> None:
    """ドシテル with a second version that costs 100 more."""
    text = (folder / "doshiteru.yaml").read_text(encoding="utf-8")
    head, _, version = text.partition("  - from: 2020-07-31")
    version = version.partition("\n")[2]
    later = version.replace("yen: 4378", "yen: 4478").replace("&", "&new_").replace("*", "*new_")
    both = f"{head}  - from: 2020-07-31\n    to: {first_ends}\n{version}"
    both += f"\n  - from: {second_begins}\n{later}"
    (folder / "doshiteru.yaml").write_text(both, encoding="utf-8")


@pytest.mark.rule("G-06", "HT-06")
def test_a_month_has_the_price_of_its_version(folder: Path) -> None:
    two_versions(folder, "2027-03-31", "2027-04-01")
    catalogue = read(folder)
    assert [f for f in findings(catalogue, KNOWN) if f.level == "error"] == []
    old = catalogue.product("doshiteru").terms("purchase_no_internet", DAY("2027-03-31"))
    assert old.monthly_fee.price.yen == 4378
    request = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "timeline": [on("2027-01-10", "started")],
        "through": "2027-05",
    }
    told, _ = answer(request, catalogue)
    assert [i["total"] for i in told["invoices"]] == [4378, 4378, 4478, 4478]


@pytest.mark.rule("G-06")
@pytest.mark.parametrize(
    ("ends", "begins", "what"),
    [
        ("2027-03-31", "2027-03-31", "overlaps"),
        ("2027-03-30", "2027-04-01", "nothing holds from 2027-03-31 to 2027-03-31"),
        ("2020-01-01", "2027-04-01", "ends before it begins"),
    ],
)
def test_versions_that_overlap_or_leave_days_out(
    folder: Path, ends: str, begins: str, what: str
) -> None:
    two_versions(folder, ends, begins)
    assert any(what in f.what for f in findings(read(folder), KNOWN) if f.level == "error")


@pytest.mark.rule("G-06")
def test_a_day_in_a_hole_has_no_price(folder: Path) -> None:
    two_versions(folder, "2027-03-30", "2027-04-02")
    with pytest.raises(Forbidden) as refused:
        read(folder).product("doshiteru").terms("rental_internet", DAY("2027-04-01"))
    assert refused.value.rule == "G-06"
    assert forbidden_by(on("2019-08-10", "started")) == "G-06"  # before the first version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("yen: 4378", "yen: -1"),
        ("yen: 4378", "yen: 4378.5"),
        ("rule: HF-08", "rule: nobody knows"),
        ("cut_off_day", "cutoff_day"),
        ("kind: month_end", "kind: some_day"),
        ("removed:", "removed: ["),
        ("product: doshiteru", "product: [1]"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(folder: Path, old: str, new: str) -> None:
    spoil(folder, old, new)
    with pytest.raises(CatalogueError, match=r"doshiteru\.yaml"):
        read(folder)
    assert main([str(folder)]) == 1


@pytest.mark.rule("G-06")
def test_parameters_are_what_the_catalogue_leaves_open() -> None:
    started = on("2026-12-01", "started")
    paid = lines(started, month="2026-12", product="mamolook", parameters={"monthly_fee": 2200})
    assert paid == {"monthly_fee": 2200}
    assert preview(started, product="mamolook")["total"] == 0
    assert forbidden_by(started, product="mamolook", parameters={"price": 1}) == "G-06"
    wrong = {"monthly_fee": -1}
    assert forbidden_by(started, product="mamolook", parameters=wrong) == "G-06"


@pytest.mark.rule("G-06")
def test_products_and_plans_are_those_of_the_catalogue() -> None:
    assert set(standard().products) == {
        *("anshin_partner", "orusuban_camera", "doshiteru", "home_security_online"),
        *("home_security_self", "albo_eye", "rusutaku", "rusutaku_pack", "mimamori_support"),
        *("mamolook", "mimamori_tag", "home_security_premium", "home_security_flats"),
    }
    started = on("2026-12-01", "started")
    assert forbidden_by(started, product="guard_dog") == "G-06"
    assert forbidden_by(started, plan="gold") == "G-06"
