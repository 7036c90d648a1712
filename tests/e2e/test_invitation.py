"""A contract of the counter on the running system: desk, mail, link, login, home, second person."""

import re

import pytest

from local.cloud import LocalCloud
from local.person import Person
from tests.e2e.billing import Office
from tests.e2e.household import wait_until

pytestmark = pytest.mark.slow

UME, JIRO = "ume@customer.example", "jiro@customer.example"
PASSWORD = "Mimamori-2026!"


def link(cloud: LocalCloud, to: str) -> str:
    """The secret of the newest link that was mailed to somebody."""
    wait_until(lambda: any("invitations/" in str(mail) for mail in cloud.mails(to)))
    newest = [mail for mail in cloud.mails(to) if "invitations/" in str(mail)][-1]
    found = re.search(r"#/invitations/([\w-]+)", str(newest))
    assert found
    return found[1]


@pytest.mark.rule("HT-20", "HT-22")
def test_who_applied_at_the_counter_gets_in_by_mail_and_invites_another(cloud: LocalCloud) -> None:
    office = Office(cloud)
    made = office.staff.send(
        "POST",
        "/billing/staff/contracts",
        {
            "product": "anshin_partner",
            "contractor": {"name": "佐藤 梅", "email": UME},
            "home_name": "梅の家",
            "channel": "phone",
        },
    )["contract"]
    token = link(cloud, UME)
    web = cloud.web_url or ""
    nobody, said = Person(web), {"password": PASSWORD}
    seen = nobody.get(f"/invitations/{token}")
    assert (seen["state"], seen["home_name"]) == ("open", "梅の家")
    joined = nobody.send("POST", f"/invitations/{token}/login", said)
    assert nobody.request("POST", f"/invitations/{token}/login", said).status == 410
    ume = Person(web).log_in(UME, PASSWORD)
    assert [one["id"] for one in ume.get("/me")["homes"]] == [joined["home"]]
    assert [one["id"] for one in ume.get("/billing/contracts")] == [made["id"]]
    people = f"/billing/contracts/{made['id']}/people"
    ume.send("POST", people, {"name": "次郎", "email": JIRO})
    other = link(cloud, JIRO)
    assert len(cloud.mails(JIRO)) == 1
    nobody.send("POST", f"/invitations/{other}/login", said)
    jiro = Person(web).log_in(JIRO, PASSWORD)
    assert jiro.get(f"/homes/{joined['home']}")["role"] == "watcher"
