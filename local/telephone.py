"""The telephone of the local cloud: what Amazon Connect does with our contact flows.

It takes ``StartOutboundVoiceContact`` as boto3 sends it, runs the flow that the template deploys
(lambdas/security/flows.py) against people who answer or do not, and asks the same function. Nobody
answers unless a test or a developer says so: silence counts as not reached.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from lambdas.security import flows

if TYPE_CHECKING:
    from local.cloud import LocalCloud

Invoke = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Calls the function of the flows with Connect's event."""

MOST_ACTIONS = 50


@dataclass
class Call:
    """A call: who was called or calls, what was said, which keys were pressed."""

    number: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answered: bool = False
    said: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    ended: bool = False


def run(
    flow: Mapping[str, Any],
    call: Call,
    method: str,
    attributes: Mapping[str, str],
    keys: Iterator[str],
    invoke: Invoke,
) -> None:
    """Run a contact flow with somebody who presses these keys, one at each question; an empty one
    is silence. Raises ValueError for what the flow language here does not know."""
    actions = {one["Identifier"]: one for one in flow["Actions"]}
    kept: dict[str, str] = {}
    here = str(flow["StartAction"])

    def value(text: str) -> str:
        if text.startswith("$.Attributes."):
            return attributes.get(text.removeprefix("$.Attributes."), "")
        if text.startswith("$.External."):
            return kept.get(text.removeprefix("$.External."), "")
        return kept.get("", "") if text == "$.StoredCustomerInput" else text

    for _ in range(MOST_ACTIONS):
        one = actions[here]
        given, then = one["Parameters"], one["Transitions"]
        match one["Type"]:
            case "DisconnectParticipant":
                call.ended = True
                return
            case "UpdateContactTextToSpeechVoice":
                here = then["NextAction"]
            case "MessageParticipant":
                call.said.append(value(given["Text"]))
                here = then["NextAction"]
            case "GetParticipantInput":
                call.said.append(value(given["Text"]))
                key = next(keys, "")
                call.pressed.append(key)
                if given["StoreInput"] == "True":
                    kept[""] = key
                    here = then["NextAction"]
                else:
                    here = _chosen(then, key) or _error(then, key)
            case "Compare":
                here = _chosen(then, value(given["ComparisonValue"])) or then["NextAction"]
            case "InvokeLambdaFunction":
                asked = {
                    name: value(text) for name, text in given["LambdaInvocationAttributes"].items()
                }
                contact = {
                    "ContactId": call.id,
                    "InitiationMethod": method,
                    "Attributes": dict(attributes),
                    "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": call.number},
                }
                event = {"Details": {"ContactData": contact, "Parameters": asked}}
                kept |= {f"{name}": text for name, text in invoke(event).items()}
                here = then["NextAction"]
            case unknown:
                raise ValueError(f"no such action: {unknown}")
    raise ValueError("the flow does not end")


def _chosen(then: Mapping[str, Any], said: str) -> str | None:
    found = (
        one["NextAction"]
        for one in then.get("Conditions", ())
        if said in one["Condition"]["Operands"]
    )
    return next(found, None)


def _error(then: Mapping[str, Any], key: str) -> str:
    why = "NoMatchingCondition" if key else "InputTimeLimitExceeded"
    return next(str(one["NextAction"]) for one in then["Errors"] if one["ErrorType"] == why)


@dataclass
class Telephone:
    """The double: people by their numbers, and every call that was made."""

    outbound: Mapping[str, Any]
    inbound: Mapping[str, Any]
    invoke: Invoke
    people: dict[str, list[str] | None] = field(default_factory=dict)
    """Which keys somebody presses at their next calls; None, or nobody known: no answer."""
    calls: list[Call] = field(default_factory=list)
    _tokens: dict[str, Call] = field(default_factory=dict)

    def start(self, request: Mapping[str, Any]) -> dict[str, str]:
        """StartOutboundVoiceContact. The same ClientToken rings once."""
        token = str(request["ClientToken"])
        if token in self._tokens:
            return {"ContactId": self._tokens[token].id}
        call = Call(str(request["DestinationPhoneNumber"]))
        self._tokens[token] = call
        self.calls.append(call)
        keys = self.people.get(call.number)
        if keys is not None:
            call.answered = True
            attributes = request["Attributes"]
            pressed = _taken(keys)
            run(self.outbound, call, "API", attributes, pressed, self.invoke)
        return {"ContactId": call.id}

    def phone(self, number: str, *keys: str) -> Call:
        """Somebody phones from this number and presses these keys."""
        call = Call(number, answered=True)
        self.calls.append(call)
        run(self.inbound, call, "INBOUND", {}, iter(keys), self.invoke)
        return call


def _taken(keys: list[str]) -> Iterator[str]:
    while keys:
        yield keys.pop(0)


class PluggedIn:
    """The double where the local cloud's functions find it instead of Amazon Connect, with the
    flows that would be deployed."""

    def __init__(self, cloud: "LocalCloud") -> None:
        self._cloud = cloud
        arn = cloud.outputs["MimamoriSecurity.CallFunctionArn"]
        self.telephone = Telephone(flows.outbound(arn), flows.inbound(arn), self._ask)
        self._function = arn
        double = self.telephone

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                answer = json.dumps(double.start(json.loads(self.rfile.read(length)))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True, name="telephone").start()
        self._plug_in()

    def _plug_in(self) -> None:
        """Say where it is in the environment of the function that dials."""
        functions = self._cloud.client("lambda")
        pages = functions.get_paginator("list_functions").paginate()
        (name,) = (
            one["FunctionName"]
            for page in pages
            for one in page["Functions"]
            if one["Handler"] == "lambdas.security.on_look.handler"
        )
        known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        here = f"http://127.0.0.1:{self._server.server_port}"
        region, account = self._cloud.region, self._cloud.account
        more = {
            "CONNECT_INSTANCE": f"arn:aws:connect:{region}:{account}:instance/local",
            "CONNECT_FLOW": "mimamori-outbound",
            "CONNECT_NUMBER": "+81312345678",
            "AWS_ENDPOINT_URL_CONNECT": here,
        }
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**known, **more}}
        )

    def _ask(self, event: Mapping[str, Any]) -> Mapping[str, str]:
        answer = self._cloud.client("lambda").invoke(
            FunctionName=self._function, Payload=json.dumps(event).encode()
        )
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RuntimeError(str(said))
        return dict(said)

    def close(self) -> None:
        """Unplug it."""
        self._server.shutdown()
