"""The next bill and what a step would bring, said before anything happens: as it then comes."""

import pytest

from tests.integration.conftest import TARO
from tests.integration.office import Office


@pytest.mark.rule("HT-40", "HT-42", "HT-43")
def test_what_is_said_ahead_is_what_comes(office: Office) -> None:
    contract = office.running()
    path = f"/contracts/{contract}/outlook"
    first = office.family("POST", path, "2026-09-15T09:00", {}).body
    office.run("monthly", "2026-10-01T10:00", "2026-08")
    office.run("monthly", "2026-10-01T10:00", "2026-09")
    totals = office.totals(contract)
    assert first["bills"][0]["month"] == "2026-08"
    assert first["bills"][0]["total"] == totals["2026-08"]
    asked = {"step": "cancel"}
    ahead = office.family("POST", path, "2026-10-20T23:00", asked).body
    assert (ahead["ends_on"], ahead["state"]) == ("2026-10-31", "active")
    late = office.family("POST", path, "2026-10-21T00:00", asked).body
    assert late["ends_on"] == "2026-11-30"
    before = office.family("GET", f"/contracts/{contract}", "2026-10-21T00:00").body
    assert before["ends_on"] is None
    office.family("POST", f"/contracts/{contract}/cancellation", "2026-10-21T00:00", {})
    for month in ("2026-10", "2026-11"):
        office.run("monthly", "2026-12-01T10:00", month)
    totals = office.totals(contract)
    assert {one["month"]: one["total"] for one in late["bills"]} == {
        month: totals[month] for month in ("2026-10", "2026-11")
    }
    refused = office.family("POST", path, "2026-12-02T09:00", {"step": "pause", "months": 1})
    assert refused.status == 422
    other = office.family("POST", path, "2026-10-21T00:00", asked, person=TARO)
    assert (other.status, other.body["rule"]) == (403, "HT-78")


@pytest.mark.rule("HT-44")
def test_a_pause_says_when_it_ends_and_what_it_costs(office: Office) -> None:
    contract = office.running()
    asked = {"step": "pause", "months": 2}
    path = f"/contracts/{contract}/outlook"
    ahead = office.family("POST", path, "2026-10-15T09:00", asked).body
    pause = office.family("POST", f"/contracts/{contract}/pause", "2026-10-15T09:00",
                          {"months": 2}).body["pause"]  # fmt: skip
    assert ahead["pause"] == pause
    months = [one["month"] for one in ahead["bills"]]
    assert months[0] == "2026-09"
    assert "2026-12" in months
