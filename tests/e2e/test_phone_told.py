"""A phone is told by push over the whole local cloud, and by mail what it has not shown."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.shared.events import Members, Notice, NoticeKind
from local import seed
from local.cloud import LocalCloud
from local.person import Person
from stacks.notify import PUSH_KEY_PARAMETER, PUSH_PARAMETER
from tests.e2e.household import dead_letters, wait_until
from tests.push_service import public, push_double, text_of


def alarm(cloud: LocalCloud, id: str) -> None:
    """An alarm at the demo home is to be told."""
    now = cloud.now()
    notice = Notice(
        id=id,
        kind=NoticeKind("security.alarm"),
        rule="AL-49",
        at=now,
        audience=Members(home=seed.HOME),
        home=seed.HOME,
        subject="panel-1",
        urgent=True,
        values={
            "alarm": "侵入",
            "happened": now.isoformat(),
            "where": "居間の窓",
            "mode": "外出",
            "company": "yes",
        },
    )
    events = cloud.client("events")
    buses = [one["Name"] for one in events.list_event_buses()["EventBuses"]]
    said = {"Source": notice.source, "DetailType": notice.detail_type()}
    entry = {
        **said,
        "EventBusName": next(one for one in buses if one != "default"),
        "Detail": notice.model_dump_json(),
    }
    assert not events.put_events(Entries=[entry])["FailedEntryCount"]


@pytest.mark.slow
@pytest.mark.rule("AL-49")
def test_a_phone_is_told_first_and_its_owner_by_mail_what_it_does_not_show(
    cloud: LocalCloud,
) -> None:
    key, ssm = ec.generate_private_key(ec.SECP256R1()), cloud.client("ssm")
    private = text_of(key.private_numbers().private_value.to_bytes(32, "big"))
    with push_double() as push:
        held = {"private_key": private, "contact": "mailto:ops@mimamori.example"}
        said = json.dumps(held | {"address": push.address})
        ssm.put_parameter(Name=PUSH_PARAMETER, Type="SecureString", Value=said)
        ssm.put_parameter(Name=PUSH_KEY_PARAMETER, Type="String", Value=text_of(public(key)))
        hanako = Person(cloud.web_url or "").log_in(seed.HANAKO, seed.PASSWORD)
        phone = push.browser("hanako").subscription
        assert hanako.send("PUT", "/me/phones", {**phone, "name": "iPhone"})["phones"]

        def mails() -> int:
            return sum("侵入" in one["Subject"] for one in cloud.mails(seed.HANAKO))

        def told(number: int) -> str:
            found = wait_until(lambda: push.shown[number - 1 :], "a push")[0]
            receipt: str = found.message["notification"]["data"]["receipt"]
            return receipt

        alarm(cloud, "alarm-shown")
        path = f"/notices/receipts/{told(1)}"
        assert Person(cloud.web_url or "").request("POST", path).status == 204
        cloud.advance("61s")
        assert mails() == 0
        alarm(cloud, "alarm-not-shown")
        told(2)
        cloud.settle()
        assert mails() == 0
        cloud.advance("61s")
        assert mails() == 1
        cloud.advance(f"{int(timedelta(hours=1).total_seconds())}s")
        assert (mails(), len(push.shown)) == (1, 2)
    assert dead_letters(cloud) == {}
