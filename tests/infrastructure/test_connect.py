"""The telephone as it is deployed where an operator has an instance of Amazon Connect.

The flows are checked against Connect's flow language as its documentation has it
(https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html): the actions that we use,
their parameters, and the errors that each must have an answer to.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lambdas.security import flows
from local.synth import synthesize
from tests.infrastructure.conftest import Templates
from tests.infrastructure.test_templates import many, statements

ROOT = Path(__file__).parents[2]
INSTANCE = "arn:aws:connect:ap-northeast-1:123456789012:instance/0f1e2d3c"
NUMBER = "+81312345678"
FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:on_call"
LONGEST_SECONDS = 8
"""That a flow waits for a function (InvocationTimeLimitSeconds)."""


class Language(NamedTuple):
    """What the flow language says of an action."""

    needs: frozenset[str]
    may: frozenset[str]
    errors: frozenset[str]


def _action(needs: str, may: str = "", errors: str = "NoMatchingError") -> Language:
    return Language(frozenset(needs.split()), frozenset(may.split()), frozenset(errors.split()))


ACTIONS: Mapping[str, Language] = {
    "UpdateContactTextToSpeechVoice": _action(
        "TextToSpeechVoice", "TextToSpeechEngine TextToSpeechStyle"
    ),
    "GetParticipantInput": _action(
        "StoreInput InputTimeLimitSeconds", "Text SSML PromptId InputValidation DTMFConfiguration"
    ),
    "InvokeLambdaFunction": _action(
        "LambdaFunctionARN InvocationTimeLimitSeconds",
        "LambdaInvocationAttributes ResponseValidation",
    ),
    "Compare": _action("ComparisonValue", errors="NoMatchingCondition"),
    "MessageParticipant": _action("", "Text SSML PromptId"),
    "DisconnectParticipant": _action("", errors=""),
}


def checked(flow: Mapping[str, Any]) -> None:
    """Whether Connect would take a flow."""
    assert flow["Version"] == "2019-10-30"
    actions = {one["Identifier"]: one for one in flow["Actions"]}
    assert len(actions) == len(flow["Actions"])
    seen, waiting = set[str](), [flow["StartAction"]]
    while waiting:
        id = waiting.pop()
        if id in seen:
            continue
        seen.add(id)
        one = actions[id]  # KeyError: a transition to nowhere
        says = ACTIONS[one["Type"]]
        assert says.needs <= one["Parameters"].keys() <= says.needs | says.may, id
        transitions = one["Transitions"]
        answered = {error["ErrorType"] for error in transitions.get("Errors", [])}
        errors = set(says.errors)
        if one["Type"] == "GetParticipantInput" and one["Parameters"]["StoreInput"] == "False":
            errors |= {"NoMatchingCondition", "InputTimeLimitExceeded"}
        assert answered == errors, id
        assert ("NextAction" in transitions) == (one["Type"] != "DisconnectParticipant"), id
        for condition in transitions.get("Conditions", []):
            assert condition["Condition"]["Operator"] == "Equals"
            assert len(condition["Condition"]["Operands"]) == 1
        limit = one["Parameters"].get("InvocationTimeLimitSeconds", "1")
        assert 1 <= int(limit) <= LONGEST_SECONDS
        parts = (transitions, *transitions.get("Conditions", []), *transitions.get("Errors", []))
        waiting += [part["NextAction"] for part in parts if "NextAction" in part]
    assert seen == set(actions), "an action that nothing leads to"


@pytest.mark.rule("AL-16", "AL-17")
@pytest.mark.parametrize("flow", [flows.outbound(FUNCTION), flows.inbound(FUNCTION)])
def test_the_flows_are_of_connects_language_and_every_way_ends(flow: dict[str, Any]) -> None:
    checked(flow)
    voice = next(o for o in flow["Actions"] if o["Type"] == "UpdateContactTextToSpeechVoice")
    assert voice["Parameters"] == {"TextToSpeechVoice": "Kazuha", "TextToSpeechEngine": "Neural"}
    assert flow["StartAction"] == voice["Identifier"]


def test_a_flow_that_connect_would_refuse_is_found() -> None:
    for spoil in (
        lambda flow: flow["Actions"][1]["Transitions"]["Errors"].pop(),
        lambda flow: flow["Actions"][1]["Transitions"].update(NextAction="nowhere"),
        lambda flow: flow["Actions"][1]["Parameters"].update(Sentence="x"),
        lambda flow: flow["Actions"].append({**flow["Actions"][-1], "Identifier": "lost"}),
    ):
        flow = json.loads(json.dumps(flows.outbound(FUNCTION)))
        spoil(flow)  # type: ignore[no-untyped-call]
        with pytest.raises((AssertionError, KeyError)):
            checked(flow)


# As it is deployed


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The app with an instance; AwsSolutions had nothing to say against it."""
    context = {"connect_instance": INSTANCE, "connect_number": NUMBER}
    return Templates(synthesize(ROOT, tmp_path_factory.mktemp("connect"), context))


@pytest.mark.slow
@pytest.mark.rule("AL-16", "AL-17")
def test_with_an_instance_flows_are_deployed_and_may_ask_our_function(deployed: Templates) -> None:
    made = deployed.all("AWS::Connect::ContactFlow")
    assert sorted(one.properties["Name"] for one in made) == [
        "mimamori-inbound",
        "mimamori-outbound",
    ]
    for one in made:
        assert (one.stack, one.properties["Type"]) == ("MimamoriSecurity", "CONTACT_FLOW")
        assert one.properties["InstanceArn"] == INSTANCE
        content = one.properties["Content"]["Fn::Join"][1]
        whole = "".join(part if isinstance(part, str) else FUNCTION for part in content)
        checked(json.loads(whole))
        assert FUNCTION in whole, "the flow names the function"
    (link,) = deployed.all("AWS::Connect::IntegrationAssociation")
    assert link.properties["IntegrationType"] == "LAMBDA_FUNCTION"
    assert link.properties["InstanceId"] == INSTANCE
    asks = [
        one.properties
        for one in deployed.all("AWS::Lambda::Permission")
        if one.properties["Principal"] == "connect.amazonaws.com"
    ]
    (ask,) = asks
    assert ask["SourceArn"] == INSTANCE
    assert ask["SourceAccount"] == {"Ref": "AWS::AccountId"}


@pytest.mark.slow
@pytest.mark.rule("AL-16")
def test_only_the_function_that_dials_may_dial_and_with_this_instance(deployed: Templates) -> None:
    dials = [
        (policy.id, many(statement["Resource"]))
        for policy in deployed.all("AWS::IAM::Policy")
        for statement in statements(policy)
        if any(str(action).startswith("connect:") for action in many(statement["Action"]))
    ]
    ((policy, resources),) = dials
    assert policy.startswith("OnLook")
    assert resources == [f"{INSTANCE}/contact/*"]
    (dialer,) = [
        one for one in deployed.functions() if one.properties["Handler"].split(".")[-2] == "on_look"
    ]
    variables = dialer.properties["Environment"]["Variables"]
    assert (variables["CONNECT_INSTANCE"], variables["CONNECT_NUMBER"]) == (INSTANCE, NUMBER)
    assert "Fn::GetAtt" in variables["CONNECT_FLOW"]
