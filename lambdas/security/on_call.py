"""The contact flows ask here: a key was pressed at a call (AL-16), or somebody phones (AL-17)."""

from datetime import timedelta
from typing import Any, Literal

from iot.messages.controller import ControllerCommand
from iot.messages.panel_facts import Actor
from iot.panel.codes import hashed
from iot.topics import Channel
from lambdas.security import telephone
from lambdas.security.call_service import CallService
from lambdas.security.calls import HEARD
from lambdas.security.clock_gateway import ClockGateway
from lambdas.security.panel_service import SecuritySettings
from lambdas.security.phone_gateway import international
from lambdas.security.store import Store
from lambdas.shared.aws import mqtt
from lambdas.shared.aws.observability import invoked_at, observed
from lambdas.shared.settings import load

WAITS = timedelta(minutes=2)
"""So long a command from the telephone may take to reach the controller."""


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    """Answer a contact flow: ``say`` is what is said, ``waits`` whether a key is waited for."""
    data = event["Details"]["ContactData"]
    given = event["Details"].get("Parameters", {})
    settings = load(SecuritySettings)
    store = Store(settings.security_table)
    if data.get("InitiationMethod") in ("API", "OUTBOUND"):
        return _outbound(store, settings, data.get("Attributes", {}), given)
    return _inbound(store, data, given)


def _outbound(
    store: Store, settings: SecuritySettings, about: dict[str, str], given: dict[str, str]
) -> dict[str, str]:
    """The key at a call; anything else than the right one is silence (nobody heard it)."""
    calls = CallService(store, ClockGateway(settings.look_queue))
    heard = given.get("key") == HEARD
    came: Literal["heard", "silent"] = "heard" if heard else "silent"
    calls.ended(about["home"], about["run"], int(about["call"]), came, invoked_at())
    return {"say": "ありがとうございました。" if heard else "", "waits": ""}


def _inbound(store: Store, data: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """Somebody phones: known by their number and a code of the home."""
    caller = international(data.get("CustomerEndpoint", {}).get("Address", ""))
    home = store.home_of_phone(caller)
    if home is None:
        return _said(telephone.refused("unknown"))
    keys, code = store.keys(home), given.get("code", "")
    digest = hashed(code, keys.salt) if keys and code else ""
    key = next((one for one in keys.keys if one.hash == digest), None) if keys else None
    if key is None or key.means != "code":
        return _said(telephone.refused("code"))
    thing = store.controller(home)
    kept = store.kept(thing) if thing else None
    panel = kept.record.panel if kept else None
    reply = telephone.pressed(panel, given.get("key", ""))
    if reply.arms and thing:
        now = invoked_at()
        mode, monitoring = reply.arms
        mqtt.publish(
            thing,
            Channel.COMMAND,
            ControllerCommand(
                id=f"call-{data['ContactId']}"[:64],
                action="arm",
                expires_at=now + WAITS,
                actor=Actor(source="telephone", means="call", name=key.name, key=key.id),
                mode=mode,
                monitoring=monitoring,
            ),
        )
    return _said(reply)


def _said(reply: telephone.Reply) -> dict[str, str]:
    return {"say": reply.say, "waits": "yes" if reply.waits else ""}
