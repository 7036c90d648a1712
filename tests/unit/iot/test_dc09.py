"""Existing panels over SIA DC-09: what is received here, and that pysiaalarm does the same."""

import random
import re
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pysiaalarm import SIAAccount
from pysiaalarm.event import SIAEvent
from pysiaalarm.utils import ResponseType

from iot.agent.controller.dc09 import (
    CONTACT_ID,
    LONGEST,
    SIA,
    Account,
    Answered,
    Event,
    Receiver,
    encrypted,
    framed,
)
from iot.agent.controller.dc09_server import SILENT, PanelServer
from iot.messages import panel_facts as f
from tests.panel import NOON, alarms
from tests.unit.iot.test_controller import Box

KEY = "0123456789ABCDEF"
PLAIN, KEYED = Account("1234"), Account("AAA1", KEY)


def stamp(at: datetime) -> str:
    return at.strftime("_%H:%M:%S,%m-%d-%Y")


def line(
    data: str,
    *,
    account: Account = PLAIN,
    kind: str = "SIA-DCS",
    sequence: int = 1,
    at: datetime | None = NOON,
    receiver: str = "R1",
    plain: bool = False,
    more: str = "",
) -> bytes:
    """A message as a panel sends it, without LF and CR."""
    end = f"]{more}{stamp(at) if at else ''}"
    where = f"{sequence:04}{receiver}L1#{account.id}["
    if account.key and not plain:
        body = f'"*{kind}"{where}{encrypted(data, end, account.key)}'
    else:
        body = f'"{kind}"{where}#{account.id}|{data}{end}'
    return framed(body)[1:-1]


def take(*lines: bytes, now: datetime = NOON) -> list[Answered]:
    receiver = Receiver([PLAIN, KEYED])
    return [receiver.answer(one, now) for one in lines]


def kinds(answers: Iterable[Answered]) -> list[str | None]:
    found = []
    for one in answers:
        word = re.search(rb'"\*?([A-Z]{3})"', one.answer) if one.answer else None
        found.append(word[1].decode() if word else None)
    return found


def test_sia_and_contact_id_are_understood_plain_and_under_a_key() -> None:
    for account in (PLAIN, KEYED):
        answers = take(
            line("Nri1/BA015", account=account),
            line("1130 01 015", account=account, kind="ADM-CID", sequence=2),
            line("3110 01 002", account=account, kind="ADM-CID", sequence=3),
            line("", account=account, kind="NULL", sequence=4),
            line("Nri1/CL001", account=account, sequence=5),
            line("NFA001", account=account, sequence=6),
        )
        assert kinds(answers) == ["ACK"] * 6
        assert [event for one in answers for event in one.events] == [
            Event(account.id, "BA", "015", "intrusion"),
            Event(account.id, "1130", "015", "intrusion"),
            Event(account.id, "3110", "002", "fire", True),
            Event(account.id, "CL", "001", None),
            Event(account.id, "FA", "001", "fire"),
        ]


def test_a_plain_message_of_an_account_with_a_key_is_refused_and_no_key_is_ever_answered() -> None:
    answers = take(
        line("Nri1/BA015", account=KEYED, plain=True),
        line("Nri1/BA015", account=KEYED, plain=True, more="[V1][K]", sequence=2),
        line("Nri1/BA015", account=KEYED, more="[V1][K]", sequence=3),
    )
    assert kinds(answers) == ["NAK", "NAK", "ACK"]
    assert [len(one.events) for one in answers] == [0, 0, 1]
    assert all(KEY.encode() not in (one.answer or b"") for one in answers)


def test_a_message_that_comes_again_is_answered_again_and_means_nothing_new() -> None:
    receiver = Receiver([PLAIN, KEYED])
    for account in (PLAIN, KEYED):
        first = receiver.answer(line("Nri1/BA015", account=account), NOON)
        again = receiver.answer(line("Nri1/BA015", account=account), NOON + timedelta(seconds=9))
        other = receiver.answer(line("Nri1/BA016", account=account), NOON)
        assert [len(one.events) for one in (first, again, other)] == [1, 0, 1]
        assert kinds([first, again, other]) == ["ACK"] * 3


def test_a_time_that_is_off_is_refused_with_ours() -> None:
    for seconds, word in ((-41, "NAK"), (-40, "ACK"), (20, "ACK"), (21, "NAK"), (-3600, "NAK")):
        (answer,) = take(line("Nri1/BA015", at=NOON + timedelta(seconds=seconds)))
        assert kinds([answer]) == [word], seconds
        assert (stamp(NOON).encode() in (answer.answer or b"")) == (word == "NAK")
    last_week = line("Nri1/OP001", account=KEYED, at=NOON - timedelta(days=7))
    assert kinds(take(last_week, line("Nri1/BA015", account=KEYED, at=None, sequence=2))) == [
        "NAK",
        "NAK",
    ]


def test_a_broken_line_is_not_answered_and_a_wrong_key_is_refused() -> None:
    good = line("Nri1/BA015")
    other = Account("AAA1", KEY[::-1])
    broken = [good[:-1], b"0000" + good[4:], good[:4] + b"0001" + good[8:], b"", b"\xff" * 9]
    assert [one.answer for one in take(*broken, good + b"x" * LONGEST)] == [None] * 6
    assert kinds(take(line("Nri1/BA015", account=other))) == ["NAK"]
    assert kinds(take(line("Nri1/BA015", account=Account("9999")))) == ["NAK"]
    assert kinds(take(framed('"XXX-YYY"0001L0#1234[]')[1:-1])) == ["NAK"]
    with pytest.raises(ValueError, match="16, 24 or 32"):
        Receiver([Account("1234", "short")])


def test_without_the_optional_receiver_the_answer_has_none_either() -> None:
    (answer,) = take(line("Nri1/BA015", receiver=""))
    assert answer.answer is not None
    assert b'"ACK"0001L1#1234[]' in answer.answer


# -- pysiaalarm, the other side


@pytest.mark.parametrize("account", [PLAIN, KEYED], ids=["plain", "keyed"])
def test_pysiaalarm_reads_every_alarm_that_is_sent_here(account: Account) -> None:
    theirs = {account.id: SIAAccount(account.id, account.key, allowed_timeband=None)}
    for code in SIA:
        event = SIAEvent.from_line(line(f"Nri1/{code}015", account=account).decode(), theirs)
        assert (event.valid_message, event.code, event.response) == (True, code, ResponseType.ACK)
    for code in CONTACT_ID:
        sent = line(f"1{code} 01 015", account=account, kind="ADM-CID")
        event = SIAEvent.from_line(sent.decode(), theirs)
        assert (event.valid_message, event.event_type, event.ri) == (True, code, "015")


@pytest.mark.parametrize("account", [PLAIN, KEYED], ids=["plain", "keyed"])
def test_ours_acknowledges_as_pysiaalarm_does(account: Account) -> None:
    theirs = SIAAccount(account.id, account.key, allowed_timeband=None)
    sent = line("Nri1/BA015", account=account)
    (ours,) = take(sent)
    answer = SIAEvent.from_line(sent.decode(), {account.id: theirs}).create_response()
    assert ours.answer is not None
    head = rb'"\*?ACK"0001R1L1#[0-9A-F]+\['
    assert re.search(head, ours.answer) is not None
    assert re.search(head, ours.answer)[0] == re.search(head, answer)[0]  # type: ignore[index]


# -- on the home's network


def test_a_panel_on_the_network_is_heard_once_however_often_it_sends(tmp_path: Path) -> None:
    box = Box(tmp_path)
    server = PanelServer(("127.0.0.1", 0), [PLAIN, KEYED], box.guard, box.clock)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as panel:
            for _ in range(3):
                panel.sendall(b"\n" + line("Nri1/BA015", account=KEYED) + b"\r")
                assert b'"*ACK"' in panel.recv(4096)
            panel.sendall(b"\n" + line("1110 01 002", kind="ADM-CID", sequence=2)[:20])
            panel.sendall(line("1110 01 002", kind="ADM-CID", sequence=2)[20:] + b"\r")
            assert b'"ACK"' in panel.recv(4096)
    finally:
        server.stop()
    assert [(one.kind, one.sensor) for one in alarms(box.came)] == [
        ("intrusion", "AAA1/015"),
        ("fire", "1234/002"),
    ]
    box.clock.go(SILENT.total_seconds() + 1)
    server.tick(box.clock())
    server.tick(box.clock())
    lost = [fact for report in box.reports for fact in report.facts if fact.kind == "relayed"]
    assert [fact.code for fact in lost if isinstance(fact, f.Relayed)].count("LOST") == 2


def fuzz(seed: int, count: int) -> tuple[int, int]:
    """Of so many broken or strange lines: how many were answered, and how many events they made.
    Whatever has no right checksum makes none."""
    source = random.Random(seed)
    receiver = Receiver([PLAIN, KEYED])
    answered = events = 0
    now = NOON
    for number in range(count):
        now += timedelta(seconds=source.choice((0, 1, 30)))
        account = source.choice((PLAIN, KEYED))
        data = source.choice(
            ("Nri1/BA015", "1130 01 015", "", "N", "Nid2/ti03:00/FA1/BR", "[[", "|")
        )
        kind = source.choice(("SIA-DCS", "ADM-CID", "NULL"))
        plain = source.random() < 0.3
        at = source.choice((now, now, None, now - timedelta(days=7)))
        whole = line(data, account=account, kind=kind, sequence=number % 10_000, at=at, plain=plain)
        sent = bytearray(whole)
        match source.randrange(6):
            case 0:
                sent[source.randrange(len(sent))] = source.randrange(256)
            case 1:
                del sent[source.randrange(len(sent)) :]
            case 2:
                sent += source.randbytes(source.choice((1, 2000)))
            case 3:
                sent = bytearray(source.randbytes(source.randint(0, 80)))
            case 4:  # right by its checksum, wrong within
                body = bytearray(whole[8:])
                body[source.randrange(len(body))] = source.randrange(32, 127)
                sent = bytearray(framed(body.decode())[1:-1])
        answer = receiver.answer(bytes(sent), now)
        assert answer.answer is None or KEY.encode() not in answer.answer
        if plain and account == KEYED and bytes(sent) == whole:
            assert not answer.events
        if at is None and not plain and account == KEYED and bytes(sent) == whole:
            assert not answer.events
        if at is not None and at < now and bytes(sent) == whole:
            assert not answer.events
        answered += answer.answer is not None
        events += len(answer.events)
        for event in answer.events:
            f.Relayed(
                number=1, at=now, panel=event.account, zone=event.zone, code=event.code,
                alarm=event.alarm, over=event.over,
            )  # fmt: skip
    return answered, events


def test_a_thousand_strange_lines_raise_nothing_and_mean_nothing_wrong() -> None:
    answered, events = fuzz(1, 1_000)
    assert answered > 100
    assert events > 10


@pytest.mark.slow
def test_a_hundred_thousand_strange_lines_raise_nothing_and_mean_nothing_wrong() -> None:
    answered, events = fuzz(2, 100_000)
    assert answered > 10_000
    assert events > 1_000
