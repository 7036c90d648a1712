"""Each correction of MiniStack still has its cause, and says what it is."""

from typing import Any

import pytest
from ministack.services import dynamodb, lambda_svc

from local import corrections


@pytest.mark.parametrize("correction", corrections.ALL, ids=lambda c: c.name)
def test_correction_is_still_needed(correction: corrections.Correction) -> None:
    assert correction.is_needed(), (
        f"MiniStack changed {correction.upstream}. Look whether it now does what the correction"
        f" {correction.name!r} does (“{correction.reason}”): if so, remove the correction, if not,"
        " name its new cause."
    )


@pytest.mark.parametrize("correction", corrections.ALL, ids=lambda c: c.name)
def test_correction_gives_its_reason(correction: corrections.Correction) -> None:
    assert len(correction.reason) > 40


def test_a_mended_upstream_is_noticed() -> None:
    mended = corrections.Correction(
        lambda: None, "services.iot:_mtls_build_ssl_context", has="nothing like this", lacks=""
    )
    gone = corrections.Correction(lambda: None, "services.iot:no_such_function", has="x", lacks="")
    assert not mended.is_needed()
    assert not gone.is_needed()


@pytest.mark.parametrize("kind", ["S", "N"])
def test_a_range_of_a_partition_is_what_ministack_says(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked = "(#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2)"
    names, partition = {"#n0": "pk", "#n1": "sk"}, {"S": "AREA"}
    values = {":v0": partition, ":v1": {kind: "3"}, ":v2": {kind: "5"}}
    rows = [{"pk": partition, "sk": {kind: sk}} for sk in "1234567"]
    rows += [{"pk": {"S": "OTHER"}, "sk": {kind: "4"}}]

    def found() -> list[bool]:
        return [dynamodb._evaluate_condition(asked, row, values, names) for row in rows]

    published = found()
    for name in ("_tokenize", "_condition_syntax_error", "_evaluate_condition"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    corrections.parse_an_expression_once()
    assert found() == published
    assert published.count(True) == 3
    with pytest.raises(ValueError, match="Syntax error"):
        dynamodb._evaluate_condition("#n0 = = :v0", rows[0], values, names)


def test_a_call_above_the_limit_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = lambda_svc._throttle_response("ConcurrentInvocationLimitExceeded", "no free worker")
    answers = [refusal, refusal, {"body": "done"}]
    monkeypatch.setattr(lambda_svc, "_execute_function", lambda _func, _event: answers.pop(0))
    corrections.wait_for_a_free_worker()
    assert lambda_svc._execute_function({}, {}) == {"body": "done"}


def test_a_call_above_its_own_reserved_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    refusal: dict[str, Any] = lambda_svc._throttle_response(reason, "as the template says")
    monkeypatch.setattr(lambda_svc, "_execute_function", lambda _func, _event: refusal)
    corrections.wait_for_a_free_worker()
    assert lambda_svc._execute_function({}, {}) == refusal
