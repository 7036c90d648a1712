"""The registration with the partner on the local cloud: what it opens, by events alone."""

import pytest

from local.cloud import LocalCloud
from local.homecheck import TERMS, Someone

BODY = {"product": "anshin_partner", "name": "佐藤 梢", "home_name": "母の家", "payment": "card"}
MOTHER = {
    "name": "佐藤 梅子",
    "relation": "parent",
    "phone": "03-0000-0001",
    "address": "東京都千代田区丸の内1-1",
    "place": {"latitude": 35.68, "longitude": 139.77},
}


@pytest.mark.slow
@pytest.mark.rule("DC-31", "DL-14")
def test_from_the_application_over_the_registration_to_home_checks(cloud: LocalCloud) -> None:
    kozue = Someone(cloud, "kozue@family.example")
    home = kozue.page.send("POST", "/billing/contracts", BODY)["home"]
    assert "home-check" not in kozue.page.get(f"/homes/{home}")["features"]
    wanted = {"phone": "090-0000-0002", "address": "大阪市1-1", "target": MOTHER, "terms": TERMS}
    registered = kozue.page.send("POST", f"/homes/{home}/home-check", wanted)
    assert registered["state"] == "pending"
    cloud.settle()
    assert {"home-check", "sympathy-money"} <= set(kozue.page.get(f"/homes/{home}")["features"])
    asked = [mail for mail in cloud.mails(kozue.mail) if "承諾のお電話" in mail["Subject"]]
    assert len(asked) == 1
    assert "室内への立ち入り、介助、玄関の開錠はいたしません。" in asked[0]["BodyText"]
