"""What has to be there, who may apply, and when it is installed: AL-57, AL-59 to AL-61, AL-70,
AL-78 to AL-80, AL-91, AL-101, AL-103."""

from typing import Any

import pytest

from lambdas.billing.contract.applications import Proxy, check_explanation, check_home
from lambdas.billing.contract.facts import Applied, CameraSite
from lambdas.billing.invoicing.daily import to_review
from lambdas.billing.invoicing.deadlines import deadlines
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from tests.unit.billing.book import DAY, Event, at, forbidden_by, history, on

ONLINE = {"product": "home_security_online", "plan": "rental"}
EYE = {"always_on": True, "upload_mbps": 24.0, "cameras": 3}


def refused(
    product: str, plan: str = "standard", prefecture: str = "13", **said: Any
) -> str | None:
    """The rule that refuses an application."""
    fact = Applied.model_validate({"on": "2026-12-01", **said})
    terms = standard().product(product).terms(plan, fact.day)
    try:
        check_home(terms, fact, prefecture)
    except Forbidden as no:
        return no.rule
    return None


@pytest.mark.rule("AL-59", "AL-60", "AL-61")
@pytest.mark.parametrize(
    ("product", "plan", "there", "rule"),
    [
        ("home_security_online", "rental", ["good_radio"], None),
        ("home_security_self", "purchase", ["good_radio"], None),
        ("home_security_online", "rental", ["internet"], None),
        ("home_security_online", "rental", [], "AL-59"),
        ("home_security_flats", "flat", ["good_radio"], None),
        ("home_security_flats", "building", [], "AL-59"),
        ("mimamori_support", "standard", ["telephone"], None),
        ("mimamori_support", "standard", ["internet", "good_radio"], "AL-60"),
        ("home_security_premium", "standard", ["telephone"], None),
        ("home_security_premium", "standard", ["internet"], None),
        ("home_security_premium", "standard", ["good_radio"], "AL-61"),
        ("doshiteru", "rental_internet", [], None),
    ],
)
def test_a_service_needs_its_line(
    product: str, plan: str, there: list[str], rule: str | None
) -> None:
    assert refused(product, plan, there=there) == rule


@pytest.mark.rule("AL-60")
def test_lte_is_an_option_where_there_is_no_telephone() -> None:
    with_lte = {"options": ["lte_line"]}
    assert refused("mimamori_support", **with_lte) is None
    assert refused("home_security_premium", **with_lte) == "AL-61"
    applied = on("2026-12-01", "applied", **with_lte)
    started = on("2026-12-10", "started")
    of = history(applied, started, product="mimamori_support")
    assert of.has_option("lte_line", at("2026-12-10"))
    unknown = on("2026-12-01", "applied", options=["satellite"])
    assert forbidden_by(unknown, started, product="mimamori_support") == "G-06"


@pytest.mark.rule("AL-91")
def test_mamolook_is_for_japan() -> None:
    assert refused("mamolook") is None
    assert refused("mamolook", prefecture="") == "AL-91"


@pytest.mark.rule("AL-70", "AL-71", "AL-78", "AL-79")
@pytest.mark.parametrize(
    ("site", "rule"),
    [
        (EYE, None),
        ({**EYE, "upload_mbps": 20.0}, "AL-70"),
        ({**EYE, "in_dwelling": False}, "AL-79"),
        ({**EYE, "sticker_on_entrance": False}, "AL-78"),
        (None, "AL-70"),
    ],
)
def test_a_camera_that_somebody_comes_for(site: dict[str, Any] | None, rule: str | None) -> None:
    assert (
        refused("albo_eye", camera_site=CameraSite.model_validate(site) if site else None) == rule
    )
    assert refused("albo_eye", "camera_only") is None


@pytest.mark.rule("AL-70")
@pytest.mark.parametrize(
    ("cameras", "upload_mbps", "rule"),
    [
        (2, None, None),
        (3, None, "AL-70"),
        (3, 20.0, "AL-70"),
        (3, 23.9, "AL-70"),
        (3, 24.0, None),
        (2, 10.0, "AL-70"),
    ],
)
def test_another_camera_is_added_when_the_upload_was_measured_for_it(
    cameras: int, upload_mbps: float | None, rule: str | None
) -> None:
    site = {**EYE, "cameras": 2, "upload_mbps": 16.0}
    applied = on("2026-12-01", "applied", camera_site=site)
    began = [on("2026-12-08", "installed", camera="fixed", cameras=2), on("2026-12-10", "started")]
    more = {"camera": "pan_tilt", "cameras": cameras, "upload_mbps": upload_mbps}
    timeline = (applied, *began, on("2026-12-20", "installed", **more))
    if rule:
        assert forbidden_by(*timeline, product="albo_eye") == rule
    else:
        assert history(*timeline, product="albo_eye").camera == "pan_tilt"


@pytest.mark.rule("AL-80")
def test_a_proxy_brings_three_papers() -> None:
    check_explanation(None)
    check_explanation(Proxy(signed_application=True, written_authority=True, seal_certificate=True))
    with pytest.raises(Forbidden) as no:
        check_explanation(Proxy(signed_application=True, written_authority=True))
    assert no.value.rule == "AL-80"
    assert standard().product("albo_eye").terms("standard", DAY("2026-12-01")).explanation


# --- when it is installed


def made(*timeline: Event, **more: Any) -> Any:
    begun = [on("2026-12-01", "applied"), on("2026-12-01", "accepted")]
    return history(*begun, *timeline, **{**ONLINE, **more})


@pytest.mark.rule("AL-57")
@pytest.mark.parametrize("product", ["home_security_premium", "mimamori_support"])
def test_it_is_installed_two_weeks_after_the_contract(product: str) -> None:
    of = made(product=product, plan="standard")
    assert of.install_by == DAY("2026-12-15")
    assert [(one.day, one.rule) for one in deadlines(of) if one.what == "installation"] == [
        (DAY("2026-12-15"), "AL-57")
    ]


@pytest.mark.rule("AL-57")
def test_an_installation_that_is_late_is_looked_at_once() -> None:
    def looked_at(of: Any, day: str) -> list[str]:
        return list(to_review(of, DAY(day).replace(day=DAY(day).day - 1), DAY(day)))

    of = made()
    assert looked_at(of, "2026-12-15") == []
    assert looked_at(of, "2026-12-16") == ["installations_overdue"]
    assert looked_at(of, "2026-12-17") == []
    assert looked_at(made(on("2026-12-14", "installed")), "2026-12-16") == []
    gone = on("2026-12-10", "cancel_accepted", desired="2026-12-31")
    assert looked_at(made(gone), "2026-12-16") == []


@pytest.mark.rule("AL-103")
def test_a_new_building_is_installed_as_its_works_go_on() -> None:
    new = on("2026-12-03", "installation_planned", building="new", ready="2027-03-20")
    assert made(new).install_by == DAY("2027-03-20")
    later = on("2027-03-01", "installation_planned", building="new", ready="2027-04-10")
    of = made(new, later)
    assert of.install_by == DAY("2027-04-10")
    assert [one.rule for one in deadlines(of) if one.what == "installation"] == ["AL-103"]
    ready = on("2026-12-03", "installation_planned", building="renovated", ready="2026-12-05")
    assert made(ready).install_by == DAY("2026-12-15"), "two weeks all the same"
    done = on("2027-04-08", "installed")
    assert made(new, later, done).install_by is None


@pytest.mark.rule("AL-103")
@pytest.mark.parametrize(
    "said",
    [
        {"building": "new"},
        {"wish": "on_the_day"},
        {"wish": "urgent", "wished": "2026-12-05"},
    ],
)
def test_a_plan_of_an_installation_says_what_it_is_about(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="installation_planned"):
        made(on("2026-12-03", "installation_planned", **said))


@pytest.mark.rule("AL-103")
def test_a_wish_is_noted_and_moves_nothing() -> None:
    said = {"wish": "on_the_day", "wished": "2026-12-05T10:00:00+09:00"}
    of = made(on("2026-12-03", "installation_planned", **said))
    assert of.install_by == DAY("2026-12-15")
    assert of.planned.wished == at("2026-12-05T10:00")
    nobody = on("2026-12-03", "installation_planned")
    assert forbidden_by(on("2026-12-01", "started"), nobody, product="mimamori_tag") == "AL-103"
