"""Which servers a camera uses to be seen from another network."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from iot.messages.live import LiveRequest

STUN, TURN = "stun:stun.f.example:3478", "turn:turn.f.example:3478?transport=udp"


def request(**more: Any) -> LiveRequest:
    about = {"id": "1", "expires_at": datetime(2026, 11, 22, tzinfo=UTC), "seconds": 60}
    return LiveRequest.model_validate({**about, "offer": "v=0\r\n", **more})


def test_a_relay_is_used_with_its_credential_and_not_without() -> None:
    peers = pytest.importorskip("iot.agent.camera.live_peers")
    relay = {"username": "1:cam", "credential": "secret"}
    both = peers.servers(request(ice_servers=[STUN, TURN], relay=relay))
    assert [(one.urls, one.username, one.credential) for one in both] == [
        (STUN, None, None),
        (TURN, "1:cam", "secret"),
    ]
    assert [one.urls for one in peers.servers(request(ice_servers=[STUN, TURN]))] == [STUN]


@pytest.mark.parametrize(
    "url", ["http://turn.example", "turn:x?transport=sctp", "turn:a b", "turn:", "turn:x\r\n"]
)
def test_what_is_no_such_server_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        request(ice_servers=[url])
