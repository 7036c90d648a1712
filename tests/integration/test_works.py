"""Installers of another company see and do only their own works (HT-89)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.security import staff_api
from tests.integration.conftest import HOME, OTHER_HOME, Answer, Ask, Cloud
from tests.integration.samples import DAY, NOON
from tests.panel import SETTINGS

HOUR = timedelta(hours=1)
GROUPS = {
    "sato": "[operator]",
    "acme": "[company-acme]",
    "other": "[company-other]",
    "hanako": None,
    "guard-room": "[guard-centre]",
}
AREAS = {"areas": [one.model_dump(mode="json") for one in SETTINGS.areas]}
SITE = f"/security/sites/{HOME}"


class Works:
    """Requests of staff and installers."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self.now = ask, NOON

    def ask(self, person: str, method: str, path: str, body: Any = None) -> Answer:
        who = {"person": person, "groups": GROUPS[person], "at": self.now}
        return self._ask(staff_api.handler, method, path, body=body, **who)

    def given(
        self, company: str = "acme", since: datetime = NOON, hours: float = 8, site: str = HOME
    ) -> Answer:
        until = since + timedelta(hours=hours)
        body = {"company": company, "since": since.isoformat(), "until": until.isoformat()}
        return self.ask("sato", "PUT", f"/security/sites/{site}/work", body)

    def homes(self, person: str) -> list[str]:
        return [one["home"] for one in self.ask(person, "GET", "/security/works").body]


@pytest.fixture
def works(ask: Ask, cloud: Cloud) -> Works:
    return Works(ask)


@pytest.mark.rule("HT-89", "AL-56")
def test_an_installer_sets_up_the_home_of_their_work_and_no_other(works: Works) -> None:
    works.given()
    assert works.homes("acme") == [HOME]
    assert works.ask("acme", "PUT", SITE, AREAS).status == 200
    assert works.ask("acme", "GET", SITE).body["settings"]["version"] == 1
    assert works.ask("acme", "POST", f"{SITE}/test", {"minutes": 30}).status == 409, "no controller"
    for other in (f"/security/sites/{OTHER_HOME}", "/security/sites/home-nowhere"):
        assert works.ask("acme", "GET", other).status == 404
        assert works.ask("acme", "PUT", other, AREAS).status == 404


@pytest.mark.rule("HT-89")
def test_of_everything_else_at_the_home_an_installer_sees_nothing(works: Works) -> None:
    works.given()
    for method, path, body in (
        ("GET", f"{SITE}/history", None),
        ("GET", f"{SITE}/medical?case=AL-20261122-0001", None),
        ("GET", "/security/silent", None),
        ("PUT", f"{SITE}/silence/holder", None),
        ("PUT", f"{SITE}/work", {"company": "acme", "since": NOON.isoformat(),
                                 "until": (NOON + DAY).isoformat()}),
        ("DELETE", f"{SITE}/work", None),
    ):  # fmt: skip
        path, _, query = path.partition("?")
        asked = {"case": "AL-20261122-0001"} if query else None
        who = {"person": "acme", "groups": GROUPS["acme"], "at": NOON, "query": asked}
        answer = works._ask(staff_api.handler, method, path, body=body, **who)
        assert answer.status == 403, path


@pytest.mark.rule("HT-89")
def test_a_work_is_theirs_from_its_first_instant_to_its_last(works: Works) -> None:
    works.given(since=NOON + HOUR, hours=2)
    seen = []
    for minutes in (59, 60, 179, 180):
        works.now = NOON + timedelta(minutes=minutes)
        seen.append((works.ask("acme", "GET", SITE).status, len(works.homes("acme"))))
    assert seen == [(404, 1), (200, 1), (200, 1), (404, 0)]


@pytest.mark.rule("HT-89")
def test_a_work_is_taken_back_or_given_to_another_company(works: Works) -> None:
    works.given()
    works.given("other")
    assert (works.homes("acme"), works.homes("other")) == ([], [HOME])
    assert works.ask("acme", "GET", SITE).status == 404
    assert works.ask("sato", "DELETE", f"{SITE}/work").status == 204
    assert works.ask("sato", "DELETE", f"{SITE}/work").status == 204
    assert works.ask("other", "GET", SITE).status == 404
    lines = works.ask("sato", "GET", f"{SITE}/history").body
    assert {one["said"] for one in lines if one["what"] == "work"} == {
        *("工事を委託: acme", "工事を委託: other", "工事の委託を終了"),
    }


def test_families_and_whoever_only_looks_give_no_works(works: Works) -> None:
    body = {"company": "acme", "since": NOON.isoformat(), "until": (NOON + DAY).isoformat()}
    for person in ("hanako", "guard-room"):
        assert works.ask(person, "PUT", f"{SITE}/work", body).status == 403
        assert works.ask(person, "GET", "/security/works").status == 403
    assert works.ask("hanako", "GET", SITE).status == 403


@pytest.mark.parametrize(("company", "hours"), [("", 1), ("ACME", 1), ("acme", 0), ("acme", 9000)])
def test_what_is_refused_is_not_stored(
    works: Works, cloud: Cloud, company: str, hours: int
) -> None:
    assert works.given(company, hours=hours).status == 422
    assert cloud.rows("security") == []
    assert works.given(site="home-nowhere").status == 404
