"""Staff finds contracts, however many there are and whatever happens while cards are filed."""

from urllib.parse import parse_qsl

import pytest

from lambdas.billing.app import contract_service
from tests.integration.conftest import Cloud
from tests.integration.office import Office


def found(office: Office, query: str = "", at: str = "2026-09-01T09:00") -> list[str]:
    """The contracts a search finds, page after page of two."""
    ids, after, pages = [], "", 0
    while True:
        asked = {"limit": "2", "after": after, **dict(parse_qsl(query))}
        answer = office.staff("GET", "/contracts", at, query=asked)
        assert answer.status == 200, answer.body
        ids += [one["contract"] for one in answer.body["contracts"]]
        after = answer.body["after"]
        pages += 1
        if not after:
            return ids
        assert pages < 100


def test_by_name_mail_product_state_and_what_is_unpaid(office: Office) -> None:
    hanako = office.running()
    sato = {"name": "佐藤 太郎", "email": "sato@f.example"}
    others = [office.apply(f"2026-08-01T09:{n:02}", contractor=sato) for n in range(1, 6)]
    assert set(found(office)) == {hanako, *others}
    assert set(found(office, "name=佐藤")) == set(others)
    assert found(office, "email=HANAKO@f.example") == [hanako]
    assert found(office, "state=active") == [hanako]
    assert set(found(office, "state=accepted&product=doshiteru")) == set(others)
    assert found(office, "product=mamolook") == []
    assert found(office, "unpaid=true") == []
    office.happened(hanako, "2026-10-01T11:00", "payment_failed", month="2026-09")
    assert found(office, "unpaid=true") == [hanako]
    office.happened(hanako, "2026-10-02T11:00", "paid", month="2026-09")
    assert found(office, "unpaid=true") == []


def test_what_time_changes_is_filed_by_the_daily_run(office: Office) -> None:
    contract = office.running()
    office.family("POST", f"/contracts/{contract}/pause", "2026-10-15T09:00", {"months": 1})
    assert found(office, "state=paused") == [contract]
    office.run("daily", "2026-11-16T00:00")
    assert (found(office, "state=paused"), found(office, "state=active")) == ([], [contract])


def test_a_card_lies_in_one_state_only_whatever_fails_on_the_way(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running()
    cloud.fail("TransactWriteItems", on=lambda params: "FIND#" in str(params))
    path = f"/contracts/{contract}/pause"
    assert office.family("POST", path, "2026-10-15T09:00", {"months": 1}).status == 500
    assert found(office) == [contract]
    assert found(office, "state=active") == [contract]  # as it was, until
    office.run("daily", "2026-10-16T00:00")
    assert (found(office, "state=active"), found(office, "state=paused")) == ([], [contract])


def test_few_that_fit_among_many_come_in_several_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        office.apply(f"2026-08-01T09:{n:02}")
    last = office.running("2026-08-02T09:00")
    monkeypatch.setattr(contract_service, "MOST_READ", 3)
    assert found(office, "name=花子&state=active") == [last]


@pytest.mark.parametrize(("after", "expected"), [("x:y", 422), ("-1:c", 422), ("9999:c", 200)])
def test_a_wrong_place_to_go_on_is_no_crash(office: Office, after: str, expected: int) -> None:
    office.running()
    answer = office.staff("GET", "/contracts", "2026-09-01T09:00", query={"after": after})
    assert answer.status == expected
