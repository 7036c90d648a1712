"""How people of a contract get their login: invited by mail, accepted once, one home, removed."""

from typing import Any

import pytest

from lambdas.billing import invitation_api, people_api
from lambdas.notify import on_notice
from lambdas.shared.aws import clients
from lambdas.shared.events import Notice
from tests.integration.conftest import HANAKO, STRANGER, TARO, Answer, Ask, Cloud, Take
from tests.integration.office import Office, jst

GOOD = "Mimamori-2026"
UME = {"name": "佐藤 梅", "email": "ume@f.example", "phone": "090-0000-0000"}


class People:
    """The routes about people, and the mails that bring a link."""

    def __init__(self, cloud: Cloud, ask: Ask, take: Take) -> None:
        self.cloud, self.ask, self._take = cloud, ask, take

    def links(self) -> dict[str, str]:
        """The links that were mailed since the last look, by address; nobody else is mailed."""
        before = len(self.cloud.mails)
        heard = self.cloud.heard(Notice)
        assert self._take(on_notice.handler, *heard) == []
        found = {}
        for mail in self.cloud.mails[before:]:
            _, _, token = mail.text.partition("#/invitations/")
            if token:
                found[mail.to] = token.split()[0]
        return found

    def open(self, method: str, token: str, at: str, body: Any = None, what: str = "") -> Answer:
        path = f"/invitations/{token}{what}"
        return self.ask(invitation_api.handler, method, path, body=body, at=jst(at), person="-")

    def accept(self, token: str, at: str, password: str = GOOD) -> Answer:
        return self.open("POST", token, at, {"password": password}, "/login")

    def ours(self, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
        return self.ask(people_api.handler, method, path, body=body, at=jst(at), **more)


@pytest.fixture
def people(cloud: Cloud, ask: Ask, take: Take, monkeypatch: pytest.MonkeyPatch) -> People:
    pool = clients.client("cognito-idp").create_user_pool(
        PoolName="users",
        UsernameAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": True}},
    )["UserPool"]["Id"]
    monkeypatch.setenv("USER_POOL", pool)
    return People(cloud, ask, take)


def at_the_counter(office: Office, **more: Any) -> str:
    return office.apply(contractor=UME, watchers=[], home_name="梅の家", **more)


@pytest.mark.rule("HT-20", "HT-22")
def test_a_contract_of_the_counter_brings_a_login_and_the_one_home(
    office: Office, people: People, cloud: Cloud
) -> None:
    contract = at_the_counter(office)
    (token,) = people.links().values()
    seen = people.open("GET", token, "2026-08-02T09:00").body
    assert (seen["state"], seen["role"], seen["home_name"]) == ("open", "contractor", "梅の家")
    assert people.accept(token, "2026-08-02T09:00", "short").status == 422
    joined = people.accept(token, "2026-08-02T09:01")
    assert joined.status == 200, joined.body
    again = people.accept(token, "2026-08-02T09:02")
    assert (again.status, again.body["type"]) == (410, "urn:mimamori:problem:invitation-accepted")
    users = clients.client("cognito-idp").list_users(
        UserPoolId=people_pool(), AttributesToGet=["sub", "email_verified"]
    )["Users"]
    (user,) = users
    login = next(one["Value"] for one in user["Attributes"] if one["Name"] == "sub")
    office.happened(contract, "2026-08-03T10:00", "installed")
    office.happened(contract, "2026-08-10T10:00", "started")
    assert cloud.directory.homes_of(login) == [joined.body["home"]]
    mine = office.family("GET", "/contracts", "2026-08-11T09:00", person=login).body
    assert [one["id"] for one in mine] == [contract]
    # Who applies for something else at the same home keeps the one home.
    more = {"product": "anshin_partner", "name": "梅", "home_name": "梅の家"}
    applied = office.family("POST", "/contracts", "2026-08-12T09:00", more, person=login)
    assert applied.status == 200, applied.body
    assert applied.body["home"] == joined.body["home"]
    other = {**more, "product": "home_camera", "home": "home-next-door"}
    assert (
        office.family("POST", "/contracts", "2026-08-12T09:00", other, person=login).status == 404
    )


def people_pool() -> str:
    return str(clients.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Id"])


@pytest.mark.rule("HT-19", "HT-22")
def test_nothing_is_sent_or_shown_to_a_watcher_before_they_accept(
    office: Office, people: People, cloud: Cloud
) -> None:
    contract = office.running(watchers=[{"name": "次郎", "email": "jiro@f.example"}])
    links = people.links()
    assert set(links) == {"jiro@f.example"}
    assert not [one for one in cloud.mails if one.to == "jiro@f.example" and "招待" not in one.text]
    home = cloud.directory.home(f"home-{contract}")
    assert home
    assert [member.person for member in home.members] == [HANAKO]
    token = links["jiro@f.example"]
    path = f"/invitations/{token}/acceptance"
    wrong = people.ours("POST", path, "2026-08-11T09:00", person=STRANGER)
    assert (wrong.status, wrong.body["type"]) == (403, "urn:mimamori:problem:invited-otherwise")
    right = {"person": TARO, "email": "Jiro@f.example"}
    assert people.ours("POST", path, "2026-08-11T09:00", **right).status == 200
    assert people.ours("POST", path, "2026-08-11T09:01", **right).status == 200
    assert TARO in {one.person for one in cloud.directory.home(f"home-{contract}").members}  # type: ignore[union-attr]
    removed = office.family("DELETE", f"/contracts/{contract}/watchers/jiro@f.example",
                            "2026-08-12T09:00")  # fmt: skip
    assert removed.status == 200, removed.body
    assert cloud.directory.homes_of(TARO) == ["home-sakura"]


@pytest.mark.rule("HT-19", "HT-22")
def test_invitations_are_limited_end_and_are_replaced(office: Office, people: People) -> None:
    contract = office.running(watchers=[])
    path = f"/billing/contracts/{contract}/people"
    for number in range(5):
        wanted = {"name": f"子 {number}", "email": f"ko{number}@f.example"}
        assert people.ours("POST", path, f"2026-08-11T09:0{number}", wanted).status == 200
    sixth = people.ours("POST", path, "2026-08-11T10:00", {"name": "子", "email": "ko9@f.example"})
    assert (sixth.status, sixth.body["rule"]) == (429, "HT-22")
    links = people.links()
    assert len(links) == 5
    shown = people.ours("GET", path, "2026-08-11T10:00").body
    assert [one["invitation"] for one in shown["people"]] == [None, *["open"] * 5]
    again = f"{path}/ko0@f.example/invitation"
    assert people.ours("POST", again, "2026-08-12T09:00").status == 200
    (newer,) = people.links().values()
    old = links["ko0@f.example"]
    assert people.open("GET", old, "2026-08-12T09:01").body["state"] == "withdrawn"
    assert people.accept(old, "2026-08-12T09:01").status == 410
    late = people.accept(links["ko1@f.example"], "2026-08-25T09:02")
    assert (late.status, late.body["title"]) == (410, "この招待は期限が過ぎています")
    assert people.accept(newer, "2026-08-26T08:59").status == 200
    twice = people.ours("POST", path, "2026-08-27T09:00", {"name": "子", "email": "KO0@f.example"})
    assert (twice.status, twice.body["type"]) == (409, "urn:mimamori:problem:belongs-already")
    left = f"/contracts/{contract}/watchers/ko0@f.example"
    assert office.family("DELETE", left, "2026-08-28T09:00").status == 200
    back = people.ours("POST", path, "2026-08-29T09:00", {"name": "子", "email": "ko0@f.example"})
    assert back.status == 200
    assert "ko0@f.example~2" in [one["key"] for one in back.body["people"]]


def test_only_its_contractor_and_staff_see_and_invite_people(
    office: Office, people: People
) -> None:
    contract = office.running()
    path = f"/billing/contracts/{contract}/people"
    at = "2026-08-11T09:00"
    assert people.ours("GET", path, at, person=STRANGER).status == 404
    seen = people.ours("GET", path, at, person=TARO).body
    assert {one["email"] for one in seen["people"]} == {""}
    wanted = {"name": "x", "email": "x@f.example"}
    assert people.ours("POST", path, at, wanted, person=TARO).status == 403
    again = f"{path}/contractor/invitation"
    assert people.ours("POST", again, at).status == 409
    staff = f"/billing/staff/contracts/{contract}/people"
    assert people.ours("GET", staff, at).status == 403
    assert people.ours("GET", staff, at, person="keiri", groups="[billing]").status == 200
    assert people.open("GET", "nobody-sent-this", at).status == 404


@pytest.mark.rule("HT-20")
def test_a_product_without_screening_invites_with_the_application(
    office: Office, people: People
) -> None:
    made = office.staff(
        "POST",
        "/contracts",
        "2026-08-01T09:00",
        {
            "product": "anshin_partner",
            "contractor": UME,
            "home_name": "梅の家",
            "channel": "phone",
            "customer_line": True,
        },
    )
    assert made.status == 200, made.body
    assert set(people.links()) == {"ume@f.example"}


@pytest.mark.rule("HT-20", "HT-22")
def test_who_applies_with_the_address_of_a_counters_contract_gets_no_second_home(
    office: Office, people: People, cloud: Cloud
) -> None:
    contract = at_the_counter(office)
    token = people.links()["ume@f.example"]
    more = {"product": "anshin_partner", "name": "梅", "home_name": "梅の家"}
    mine = {"person": "person-ume", "email": "UME@f.example"}
    made = office.family("POST", "/contracts", "2026-08-02T09:00", more, **mine)
    assert made.status == 200, made.body
    assert made.body["home"] == f"home-{contract}"
    listed = office.family("GET", "/contracts", "2026-08-02T10:00", **mine).body
    assert {one["id"] for one in listed} == {contract, made.body["id"]}
    assert cloud.directory.homes_of("person-ume") == [f"home-{contract}"]
    assert people.open("GET", token, "2026-08-02T10:00").body["state"] == "withdrawn"
