"""What is kept of a home is shown to its contractor, or erased, context by context (HT-88)."""

import importlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.detect import api as detect_api
from lambdas.detect.store import Pictures, Store
from lambdas.homes.request_api import handler
from lambdas.homes.requests import CONTEXTS
from lambdas.notify import api as notify_api
from lambdas.shared import personal_data, settings
from lambdas.shared.aws import clients
from lambdas.shared.events import DisclosureAsked, ErasureAgreed
from tests.integration.conftest import (
    DISCLOSURES,
    HANAKO,
    HOME,
    KEPT_BY,
    PICTURES,
    STRANGER,
    TARO,
    Ask,
    Cloud,
    Context,
)
from tests.integration.samples import DAY, NOON
from tests.integration.test_api import EVENT, THING, event

pytestmark = pytest.mark.rule("HT-88")

LAMBDAS = Path(__file__).parents[2] / "lambdas"
TABLES = {context: table for table, context in KEPT_BY.items()}
ADMIN, OTHER_ADMIN = "staff-akiko", "staff-ichiro"


def tell_all(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every context hears what homes said."""
    for said in cloud.heard(DisclosureAsked, ErasureAgreed):
        for context in CONTEXTS:
            monkeypatch.setenv("PERSONAL_TABLE", TABLES.get(context, context))
            monkeypatch.setenv("PERSONAL_BUCKET", PICTURES if context == "detect" else "nothing")
            settings.load.cache_clear()
            module = importlib.import_module(f"lambdas.{context}.on_personal_data")
            if context == "billing" and said["detail-type"] == "ErasureAgreed":
                monkeypatch.setenv("USER_POOL", pool())
                settings.load.cache_clear()
            module.handler(said, Context())
            module.handler(said, Context())  # the bus may say it twice


def pool() -> str:
    """The pool of logins."""
    cognito = clients.client("cognito-idp")
    pools = cognito.list_user_pools(MaxResults=1)["UserPools"]
    if pools:
        return str(pools[0]["Id"])
    return str(cognito.create_user_pool(PoolName="people")["UserPool"]["Id"])


def part(id: str, context: str) -> dict[str, Any]:
    body = clients.client("s3").get_object(
        Bucket=DISCLOSURES, Key=f"disclosures/{id}/{context}.json"
    )["Body"]
    found: dict[str, Any] = json.loads(body.read())
    return found


@pytest.fixture
def lived_in(cloud: Cloud, ask: Ask) -> Cloud:
    """A home with a camera, an event with its picture, and a person's language."""
    where = {"LocationConstraint": "ap-northeast-1"}
    clients.client("s3").create_bucket(Bucket="nothing", CreateBucketConfiguration=where)
    cloud.camera(THING)
    Store("detect").see(event())
    Pictures(PICTURES).keep(HOME, EVENT, b"\xff\xd8\xfe picture \xff\xd9")
    ask(notify_api.handler, "PATCH", "/me", body={"language": "en"})
    return cloud


def test_the_contractor_is_shown_what_every_context_keeps(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(handler, "POST", f"/homes/{HOME}/disclosures").body
    assert not asked["complete"]
    again = ask(handler, "POST", f"/homes/{HOME}/disclosures").body
    assert again["id"] == asked["id"]
    tell_all(lived_in, monkeypatch)
    (shown,) = ask(handler, "GET", f"/homes/{HOME}/disclosures").body["disclosures"]
    assert shown["complete"]
    files = {one["name"]: one for one in shown["files"]}
    assert {f"{one}.json" for one in CONTEXTS} <= set(files)
    assert files[f"detect/pictures/{HOME}/{EVENT}.jpg"]["size"] == 14
    assert all("X-Amz-Expires=600" in one["url"] for one in shown["files"])
    kinds = {one["kind"]: one for one in part(shown["id"], "detect")["kinds"]}
    assert set(kinds) == {"events", "pictures"}
    (seen,) = kinds["events"]["records"]
    assert seen["event"]["camera"] == "居間"  # JSON is opened
    assert "pk" not in seen
    (home,) = (k["records"] for k in part(shown["id"], "homes")["kinds"] if k["kind"] == "home")
    assert {"花子", "太郎"} <= {one.get("name") for one in home}
    (language,) = part(shown["id"], "notify")["kinds"]
    assert language["records"][0]["language"] == "en"
    tomorrow = ask(
        handler, "POST", f"/homes/{HOME}/disclosures", at=NOON + DAY + timedelta(hours=1)
    )
    assert tomorrow.body["id"] != asked["id"]


def test_only_the_contractor_asks_for_a_home_and_everybody_for_themselves(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(handler, "POST", f"/homes/{HOME}/disclosures", person=TARO).status == 403
    assert ask(handler, "GET", f"/homes/{HOME}/disclosures", person=TARO).status == 403
    assert lived_in.published() == []
    mine = ask(handler, "POST", "/me/disclosures", person=TARO).body
    tell_all(lived_in, monkeypatch)
    (shown,) = ask(handler, "GET", "/me/disclosures", person=TARO).body["disclosures"]
    assert shown["complete"]
    text = json.dumps([part(mine["id"], one) for one in CONTEXTS], ensure_ascii=False)
    assert HOME in text  # the home he belongs to,
    assert "花子" not in text  # and nobody else's data
    assert ask(handler, "GET", "/me/disclosures", person=STRANGER).body["disclosures"] == []


def staff(ask: Ask, method: str, path: str, person: str = ADMIN, **more: Any) -> Any:
    return ask(handler, method, path, person=person, groups="[admin]", **more)


@pytest.mark.rule("AL-69")
def test_staff_discloses_by_letter_and_sees_no_picture(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"home": HOME, "reason": "ご契約者の書面"}
    staff(ask, "POST", "/staff/disclosures", body=wanted)
    tell_all(lived_in, monkeypatch)
    shown = staff(ask, "POST", "/staff/disclosures", body=wanted).body
    assert shown["complete"]
    assert {one["name"] for one in shown["files"]} == {f"{one}.json" for one in CONTEXTS}


def test_an_erasure_waits_for_the_end_of_everything_and_for_a_second_person(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"home": HOME, "reason": "ご解約後のお申し出（書面）"}
    refused = staff(ask, "POST", "/staff/erasures", body=wanted)
    assert (refused.status, refused.body["type"]) == (409, "urn:mimamori:problem:contract-in-force")
    lived_in.household(lived_in.contract("room-watch", ends=NOON - DAY))
    refused = staff(ask, "POST", "/staff/erasures", body=wanted)
    assert refused.body["type"] == "urn:mimamori:problem:devices-linked"
    lived_in.directory.withdraw_device(THING)
    asked = staff(ask, "POST", "/staff/erasures", body=wanted).body
    assert not asked["complete"]
    assert lived_in.published() == []
    assert [one["id"] for one in staff(ask, "GET", "/staff/erasures").body["erasures"]] == [
        asked["id"]
    ]
    agree = f"/staff/erasures/{asked['id']}/agreement"
    assert staff(ask, "POST", agree).body["type"] == "urn:mimamori:problem:second-person-needed"
    assert staff(ask, "POST", agree, OTHER_ADMIN).body["agreed_by"] == OTHER_ADMIN
    tell_all(lived_in, monkeypatch)
    assert staff(ask, "GET", "/staff/erasures").body["erasures"] == []
    (done,) = staff(ask, "GET", "/staff/erasures", query={"home": HOME}).body["erasures"]
    assert done["complete"]
    erased = {one["context"]: one["erased"] for one in done["done"]}
    assert erased["detect"] == {"events": 1, "pictures": 1}
    assert erased["notify"] == {"settings": 1}
    assert lived_in.rows("detect", f"HOME#{HOME}") == []
    assert lived_in.rows("directory", f"HOME#{HOME}") == []
    assert lived_in.rows("notices", f"PERSON#{HANAKO}") == []
    assert lived_in.objects("pictures/") == {}
    assert lived_in.directory.homes_of(STRANGER)  # next door nothing is lost


def test_whoever_belongs_to_another_home_keeps_what_is_theirs(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in.directory.publish_home(
        lived_in.directory.home(HOME).model_copy(update={"id": "home-second"})  # type: ignore[union-attr]
    )
    lived_in.household(lived_in.contract("room-watch", ends=NOON - DAY))
    lived_in.directory.withdraw_device(THING)
    asked = staff(ask, "POST", "/staff/erasures", body={"home": HOME, "reason": "x"}).body
    staff(ask, "POST", f"/staff/erasures/{asked['id']}/agreement", OTHER_ADMIN)
    tell_all(lived_in, monkeypatch)
    assert lived_in.rows("notices", f"PERSON#{HANAKO}")
    assert lived_in.directory.homes_of(HANAKO) == ["home-second"]


def test_a_person_is_erased_when_they_belong_to_no_home(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"person": HANAKO, "reason": "お申し出"}
    refused = staff(ask, "POST", "/staff/erasures", body=wanted)
    assert refused.body["type"] == "urn:mimamori:problem:still-a-member"
    home = lived_in.directory.home(HOME)
    assert home
    others = tuple(one for one in home.members if one.person != HANAKO)
    lived_in.directory.publish_home(home.model_copy(update={"members": others}), 2)
    cognito = clients.client("cognito-idp")
    for name in (HANAKO, TARO):
        cognito.admin_create_user(UserPoolId=pool(), Username=name)
    asked = staff(ask, "POST", "/staff/erasures", body=wanted).body
    staff(ask, "POST", f"/staff/erasures/{asked['id']}/agreement", OTHER_ADMIN)
    tell_all(lived_in, monkeypatch)
    assert lived_in.rows("notices", f"PERSON#{HANAKO}") == []
    assert lived_in.rows("detect", f"HOME#{HOME}")
    left = cognito.list_users(UserPoolId=pool())["Users"]
    assert [one["Username"] for one in left] == [TARO]


def test_what_the_law_wants_kept_stays_and_is_said(
    lived_in: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients.table("billing").put_item(
        Item={"pk": "INVOICES#contract-1", "sk": "2026-10", "body": "{}"}
    )
    lived_in.household(lived_in.contract("room-watch", ends=NOON - DAY))
    lived_in.directory.withdraw_device(THING)
    asked = staff(ask, "POST", "/staff/erasures", body={"home": HOME, "reason": "x"}).body
    staff(ask, "POST", f"/staff/erasures/{asked['id']}/agreement", OTHER_ADMIN)
    tell_all(lived_in, monkeypatch)
    (done,) = staff(ask, "GET", "/staff/erasures", query={"home": HOME}).body["erasures"]
    (billing,) = (one for one in done["done"] if one["context"] == "billing")
    assert billing["kept"] == {"invoices": "10 years (会社法第432条)"}
    assert lived_in.rows("billing", "INVOICES#contract-1")


@pytest.mark.parametrize("groups", ["", "[operator]", "[responder]"])
def test_others_than_admin_and_billing_erase_nothing(ask: Ask, groups: str) -> None:
    body = {"home": HOME, "reason": "x"}
    for method, path in (
        ("POST", "/staff/disclosures"),
        ("POST", "/staff/erasures"),
        ("GET", "/staff/erasures"),
        ("POST", "/staff/erasures/x/agreement"),
    ):
        assert ask(handler, method, path, body=body, groups=groups).status == 403


def test_what_is_not_there_is_not_found(ask: Ask) -> None:
    for body in ({"home": "home-none", "reason": "x"}, {"reason": "x"}):
        assert staff(ask, "POST", "/staff/erasures", body=body).status == 404
    assert staff(ask, "POST", "/staff/erasures/x/agreement").status == 404
    assert staff(ask, "POST", "/staff/erasures", body={"home": HOME, "reason": ""}).status == 422


def test_the_contractor_deletes_an_event_with_its_picture(lived_in: Cloud, ask: Ask) -> None:
    path = f"/homes/{HOME}/events/{EVENT}"
    assert ask(detect_api.handler, "DELETE", path, person=TARO).status == 403
    assert ask(detect_api.handler, "DELETE", path).status == 204
    assert lived_in.objects("pictures/") == {}
    assert ask(detect_api.handler, "GET", path).status == 404
    assert ask(detect_api.handler, "DELETE", path).status == 404


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_tables_of_kinds_are_right(context: str) -> None:
    """Each kind is found at the place that it names, and no other is found there."""
    table = personal_data.read(LAMBDAS / context / "personal_data.yaml")
    for kind in table.kinds:
        for rows in kind.rows:
            assert table.kind_of(rows.pk, rows.sk + "x") == kind, kind.name
    assert table.kind_of("NOBODY#1", "-") is None
