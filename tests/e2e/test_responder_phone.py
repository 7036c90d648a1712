"""A responder's phone says where it is over MQTT, and can say and hear nothing else."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iot import kinds, topics
from iot.agent.device.identity import Identity
from iot.messages.phone import PositionReport
from iot.topics import Channel
from lambdas.dispatch.assignment.responder import Responder
from lambdas.dispatch.assignment.responder_store import rows_of
from lambdas.dispatch.casework.place import Place
from local.cloud import LocalCloud
from tests.e2e import household as at_home
from tests.e2e.household import Wild, wait_until
from tools import responder_phone

TOKYO, OSAKA = (
    Place(latitude=35.68, longitude=139.76),
    Place(latitude=34.70, longitude=135.50),
)


@pytest.fixture(scope="module")
def phones(
    cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Identity, Identity]]:
    """Two registered responders on duty in Tokyo, each with a phone."""
    made = [_phone(cloud, tmp_path_factory.mktemp("phone")) for _ in range(2)]
    yield made[0], made[1]
    assert at_home.dead_letters(cloud) == {}


def _phone(cloud: LocalCloud, folder: Path) -> Identity:
    subject = f"person-{secrets.token_hex(4)}"
    one = Responder(
        id=subject,
        name="見守 太郎",
        phone="+819000000000",
        place=TOKYO,
        seen_at=cloud.now(),
        on_duty=True,
    )
    for row in rows_of(one):
        _table(cloud).put_item(Item=row)
    responder_phone.issue(cloud.client("iot"), subject, folder)
    thing = kinds.responder_thing(subject)
    return Identity(thing, folder / "certificate.pem", folder / "private.key")


def _table(cloud: LocalCloud) -> Any:
    return at_home.tables(cloud)(cloud.outputs["MimamoriDispatch.CasesTable"])


def _place(cloud: LocalCloud, who: Identity) -> Place:
    return _known(cloud, who).place


def _known(cloud: LocalCloud, who: Identity) -> Responder:
    key = {"pk": "RESPONDERS", "sk": kinds.responder_of(who.thing)}
    row = _table(cloud).get_item(Key=key)["Item"]
    return Responder.model_validate_json(row["responder"])


def _here(cloud: LocalCloud, place: Place) -> bytes:
    return PositionReport(**place.model_dump(), at=cloud.now()).model_dump_json().encode()


@pytest.mark.rule("AL-12")
def test_a_position_reaches_the_search(
    cloud: LocalCloud, phones: tuple[Identity, Identity]
) -> None:
    who, _ = phones
    with Wild(cloud, who) as wild:
        wait_until(lambda: wild.connected)
        wild.publish(topics.ingest(who.thing, Channel.POSITION), _here(cloud, OSAKA))
        wait_until(lambda: _place(cloud, who) == OSAKA, "the position")
        assert not wild.ended
    known = _known(cloud, who)
    for place, there in ((OSAKA, True), (TOKYO, False)):
        row = rows_of(known.model_copy(update={"place": place}))[1]
        found = _table(cloud).get_item(Key={"pk": row["pk"], "sk": row["sk"]})
        assert ("Item" in found) == there


def test_a_phone_cannot_say_where_another_is(
    cloud: LocalCloud, phones: tuple[Identity, Identity]
) -> None:
    thief, victim = phones
    for topic in (
        topics.ingest(victim.thing, Channel.POSITION),
        topics.topic(victim.thing, Channel.POSITION),
        topics.ingest(thief.thing, Channel.STATUS),
        topics.shadow(thief.thing, "update"),
    ):
        with Wild(cloud, thief) as wild:
            wait_until(lambda w=wild: w.connected)
            wild.publish(topic, _here(cloud, OSAKA))
            wait_until(lambda w=wild: w.ended, f"disconnected for {topic}")
    assert _place(cloud, victim) == TOKYO


@pytest.mark.parametrize("topic", ["#", "mimamori/#", "mimamori/+/positions"])
def test_a_phone_hears_nothing(
    cloud: LocalCloud, phones: tuple[Identity, Identity], topic: str
) -> None:
    with Wild(cloud, phones[0]) as wild:
        wait_until(lambda: wild.connected)
        wild.subscribe(topic)
        wait_until(lambda: wild.ended or wild.subscribed)
        assert wild.ended or wild.subscribed == [False]


def test_a_new_certificate_ends_the_old_and_a_lost_phone_stays_out(
    cloud: LocalCloud, phones: tuple[Identity, Identity], tmp_path: Path
) -> None:
    _, who = phones
    subject = kinds.responder_of(who.thing)
    assert subject
    responder_phone.issue(cloud.client("iot"), subject, tmp_path)
    new = Identity(who.thing, tmp_path / "certificate.pem", tmp_path / "private.key")
    assert new.key.stat().st_mode & 0o077 == 0
    with Wild(cloud, who) as old:
        wait_until(lambda: old.refused, "the old certificate refused")
    with Wild(cloud, new) as wild:
        wait_until(lambda: wild.connected)
        responder_phone.revoke(cloud.client("iot"), subject)
    with Wild(cloud, new) as lost:
        wait_until(lambda: lost.refused, "the lost phone refused")
    responder_phone.revoke(cloud.client("iot"), subject)  # again: nothing to end
