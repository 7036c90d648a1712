"""The contact flows of Amazon Connect, as data: what deploys is what the tests and the local
telephone run. Plain Python.

Actions are those of Connect's flow language (version 2019-10-30).
"""

from typing import Any

VOICE = "Kazuha"
"""Polly's Japanese voice (neural)."""

SECONDS = "8"
"""So long a key is waited for; silence is no answer."""

Action = dict[str, Any]


def outbound(function: str) -> dict[str, Any]:
    """The call that tells of an alarm: the sentence, twice, and the key that says it was heard.
    ``function``: the ARN of lambdas/security/on_call."""
    return _flow(
        _voice("first"),
        _asks("first", "$.Attributes.sentence", {"1": "heard"}, otherwise="second"),
        _asks("second", "$.Attributes.sentence", {"1": "heard"}, otherwise="silent"),
        _invokes("heard", function, {"key": "1"}, then="thanks"),
        _says("thanks", "$.External.say", then="end"),
        _invokes("silent", function, {"key": ""}, then="end"),
        _ends("end"),
    )


def inbound(function: str) -> dict[str, Any]:
    """Somebody phones: the code, how the home stands, and what may be armed (AL-17)."""
    code = "$.StoredCustomerInput"
    return _flow(
        _voice("code"),
        {
            "Identifier": "code",
            "Type": "GetParticipantInput",
            "Parameters": {
                "Text": "ホームセキュリティです。暗証番号に続けて、シャープを押してください。",
                "StoreInput": "True",
                "InputTimeLimitSeconds": SECONDS,
                "InputValidation": {"CustomValidation": {"MaximumLength": "8"}},
            },
            "Transitions": {
                "NextAction": "status",
                "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}],
            },
        },
        _invokes("status", function, {"code": code, "key": ""}, then="waits"),
        {
            "Identifier": "waits",
            "Type": "Compare",
            "Parameters": {"ComparisonValue": "$.External.waits"},
            "Transitions": {
                "NextAction": "say",
                "Conditions": [_when("yes", "menu")],
                "Errors": [{"NextAction": "say", "ErrorType": "NoMatchingCondition"}],
            },
        },
        _asks("menu", "$.External.say", {"1": "company", "2": "self"}, otherwise="end"),
        _invokes("company", function, {"code": code, "key": "1"}, then="say"),
        _invokes("self", function, {"code": code, "key": "2"}, then="say"),
        _says("say", "$.External.say", then="end"),
        _ends("end"),
    )


def _flow(*actions: Action) -> dict[str, Any]:
    return {
        "Version": "2019-10-30",
        "StartAction": actions[0]["Identifier"],
        "Actions": list(actions),
    }


def _voice(then: str) -> Action:
    return {
        "Identifier": "voice",
        "Type": "UpdateContactTextToSpeechVoice",
        "Parameters": {"TextToSpeechVoice": VOICE, "TextToSpeechEngine": "Neural"},
        "Transitions": {
            "NextAction": then,
            "Errors": [{"NextAction": then, "ErrorType": "NoMatchingError"}],
        },
    }


def _asks(id: str, text: str, keys: dict[str, str], *, otherwise: str) -> Action:
    errors = ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")
    return {
        "Identifier": id,
        "Type": "GetParticipantInput",
        "Parameters": {"Text": text, "StoreInput": "False", "InputTimeLimitSeconds": SECONDS},
        "Transitions": {
            "NextAction": otherwise,
            "Conditions": [_when(key, then) for key, then in keys.items()],
            "Errors": [{"NextAction": otherwise, "ErrorType": error} for error in errors],
        },
    }


def _when(value: str, then: str) -> Action:
    return {"NextAction": then, "Condition": {"Operator": "Equals", "Operands": [value]}}


def _invokes(id: str, function: str, given: dict[str, str], *, then: str) -> Action:
    return {
        "Identifier": id,
        "Type": "InvokeLambdaFunction",
        "Parameters": {
            "LambdaFunctionARN": function,
            "InvocationTimeLimitSeconds": SECONDS,
            "LambdaInvocationAttributes": given,
            "ResponseValidation": {"ResponseType": "STRING_MAP"},
        },
        "Transitions": {
            "NextAction": then,
            "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}],
        },
    }


def _says(id: str, text: str, *, then: str) -> Action:
    return {
        "Identifier": id,
        "Type": "MessageParticipant",
        "Parameters": {"Text": text},
        "Transitions": {
            "NextAction": then,
            "Errors": [{"NextAction": then, "ErrorType": "NoMatchingError"}],
        },
    }


def _ends(id: str) -> Action:
    return {"Identifier": id, "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
