"""Screening: HT-13 to HT-16, HT-18."""

import pytest

from lambdas.billing.contract.applications import Application, grounds, public_decision
from tests.unit.billing.book import forbidden_by, on, preview


@pytest.mark.rule("HT-15", "HT-14", "HT-18")
@pytest.mark.parametrize(
    ("flaw", "ground"),
    [
        ({"entries_true_and_complete": False}, "5-1"),
        ({"payment_valid": False}, "5-2"),
        ({"ever_in_arrears": True}, "5-3"),
        ({"capacity": "without_consent"}, "5-4"),
        ({"users_consent": False}, "5-5"),
        ({"watched_person_consents": False}, "5-5"),
        ({"building_owner_consents": False}, "5-5"),
        ({"applied_in_japan": False}, "5-6"),
        ({"site_in_service_area": False}, "5-7"),
        ({"anti_social": True}, "5-8"),
        ({"hindered": True}, "5-9"),
        ({"other": True}, "5-10"),
    ],
)
def test_each_ground(flaw: dict[str, object], ground: str) -> None:
    found = grounds(Application.model_validate(flaw))
    assert found == [ground]
    assert public_decision(found) == "refused"
    refused = on("2026-08-02", "refused", ground=ground)
    assert preview(on("2026-08-01", "applied"), refused)["state"][-1]["state"] == "refused"


@pytest.mark.rule("HT-15", "HT-14")
def test_a_sound_application_is_accepted() -> None:
    assert grounds(Application(capacity="with_consent")) == []
    assert public_decision([]) == "accepted"


@pytest.mark.rule("HT-16")
def test_the_reason_is_told_to_nobody_outside() -> None:
    told = preview(on("2026-08-01", "applied"), on("2026-08-02", "refused", ground="5-8"))
    assert "5-8" not in str(told)
    assert told["total"] == 0


@pytest.mark.rule("HT-13", "HT-15")
def test_from_application_to_acceptance() -> None:
    applied, accepted = on("2026-08-01", "applied"), on("2026-08-02", "accepted")
    assert [s["state"] for s in preview(applied, accepted)["state"]] == ["applied", "accepted"]
    refused = on("2026-08-03", "refused", ground="5-8")
    assert forbidden_by(applied, accepted, refused) == "HT-13"
    assert forbidden_by(applied, refused, on("2026-08-04", "started")) == "HT-13"
    assert forbidden_by(applied, {**refused, "ground": "15-1"}) == "HT-15"


@pytest.mark.rule("HT-21")
def test_a_service_begins_once() -> None:
    started = on("2026-08-10", "started"), on("2026-08-11", "started")
    assert forbidden_by(*started) == "HT-21"
