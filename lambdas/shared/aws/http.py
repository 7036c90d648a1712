"""The HTTP API's frame: who calls, when, in which language, and how errors are answered."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from lambdas.shared.access import Denied, NotAMember
from lambdas.shared.aws import access_log
from lambdas.shared.aws.observability import Handler, logger, observed
from lambdas.shared.household import Language
from lambdas.shared.problems import Problem, Texts
from lambdas.shared.reasons import reason

TITLE = "Mimamori"

JSON, PROBLEM = "application/json", "application/problem+json"

LONGEST_NAME = 300
"""Bytes that one part of a path may have: no id of ours is as long, and no key of a table longer
than 1,024."""


class Caller(NamedTuple):
    """Whoever sent the request, and when it reached the API."""

    person: str
    language: Language
    now: datetime


def caller(app: APIGatewayHttpResolver) -> Caller:
    """The caller of the request at hand; the gateway has checked the token."""
    context = app.current_event.request_context
    claims = context.authorizer.jwt_claim if context.authorizer else {}
    return Caller(
        person=claims["sub"],
        language=language(app.current_event.headers.get("accept-language")),
        now=arrived(app),
    )


def arrived(app: APIGatewayHttpResolver) -> datetime:
    """When the request at hand reached the API."""
    return datetime.fromtimestamp(app.current_event.request_context.time_epoch / 1000, UTC)


def groups(app: APIGatewayHttpResolver) -> frozenset[str]:
    """The groups of the caller's login. The gateway writes a list as ``[billing admin]``."""
    context = app.current_event.request_context
    claims = context.authorizer.jwt_claim if context.authorizer else {}
    said = claims.get("cognito:groups") or ""
    names = said if isinstance(said, list) else str(said).strip("[]").replace(",", " ").split()
    return frozenset(str(name) for name in names)


def member_of(app: APIGatewayHttpResolver, allowed: frozenset[str], otherwise: str) -> Caller:
    """The caller of the request at hand, who must be in one of the groups ``allowed``.

    Raises Problem 403 with the slug ``otherwise``.
    """
    who = caller(app)
    if not allowed & groups(app):
        raise Problem(403, otherwise)
    return who


def language(accepted: str | None) -> Language:
    """The language an Accept-Language header prefers; Japanese where it says nothing we speak."""
    wanted = [part.split(";")[0].strip().lower()[:2] for part in (accepted or "").split(",")]
    return "en" if "en" in wanted and "ja" not in wanted[: wanted.index("en")] else "ja"


def resolver(texts: Texts | None = None) -> APIGatewayHttpResolver:
    """A router with validated models whose every error is a problem document.

    ``texts`` are the words for what the context's own routes refuse.
    """
    app = APIGatewayHttpResolver(enable_validation=True)

    def answer(problem: Problem, errors: list[dict[str, object]] | None = None) -> Response[Any]:
        spoken = language(app.current_event.headers.get("accept-language"))
        return Response(
            status_code=problem.status,
            content_type=PROBLEM,
            body=json.dumps(problem.body(spoken, texts or {}, errors), ensure_ascii=False),
        )

    @app.exception_handler(Problem)
    def problem(error: Problem) -> Response[Any]:
        return answer(error)

    @app.exception_handler(Denied)
    def denied(error: Denied) -> Response[Any]:
        if isinstance(error, NotAMember):
            return answer(Problem(404, "not-found"))
        return answer(Problem(403, error.reason, rule=error.rule, **error.values))

    @app.exception_handler(RequestValidationError)
    def invalid(error: RequestValidationError) -> Response[Any]:
        spoken = language(app.current_event.headers.get("accept-language"))
        places: list[dict[str, object]] = [
            {"at": ".".join(str(part) for part in e["loc"]), "why": reason(e, spoken)}
            for e in error.errors()
        ]
        return answer(Problem(422, "invalid"), places)

    @app.not_found
    def not_found(_: Exception) -> Response[Any]:
        return answer(Problem(404, "not-found"))

    @app.exception_handler(Exception)
    def internal(_: Exception) -> Response[Any]:
        logger.exception("request failed")
        return answer(Problem(500, "internal"))

    return app


def entry(app: APIGatewayHttpResolver) -> Handler:
    """The Lambda handler of a router."""

    @observed
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        refused = _refused(event)
        if refused is None:
            answer = app.resolve(event, context)
            _record(event, answer)
            return answer
        spoken = language(event["headers"].get("accept-language"))
        return {
            "statusCode": refused.status,
            "headers": {"Content-Type": PROBLEM},
            "body": json.dumps(refused.body(spoken, {}), ensure_ascii=False),
        }

    return handler


def _record(event: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """Keep who of the staff asked for what."""
    context = event["requestContext"]
    claims = context.get("authorizer", {}).get("jwt", {}).get("claims", {})
    if not claims.get("cognito:groups"):
        return
    query = event.get("rawQueryString", "")
    access_log.record(
        access_log.Access(
            at=datetime.fromtimestamp(context["timeEpoch"] / 1000, UTC),
            person=claims["sub"],
            method=context["http"]["method"],
            status=answer["statusCode"],
            path=f"{event['rawPath']}?{query}" if query else event["rawPath"],
        )
    )


def _refused(event: dict[str, Any]) -> Problem | None:
    """What no route can take: a name that is too long, or a body that is no JSON."""
    if any(len(name.encode()) > LONGEST_NAME for name in event["rawPath"].split("/")):
        return Problem(404, "not-found")
    body, said = event.get("body"), event["headers"].get("content-type", JSON)
    if not body:
        return None
    if said.partition(";")[0].strip().lower() != JSON:
        return Problem(415, "unsupported-media-type")
    try:
        json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
    except json.JSONDecodeError:
        return None  # the router says where
    except (ValueError, RecursionError):  # no Unicode, thousands of digits, nested without end
        return Problem(422, "invalid")
    return None


def routes_of(app: APIGatewayHttpResolver) -> list[tuple[str, str]]:
    """Method and path of every route, as API Gateway writes them: ("GET", "/homes/{home}")."""
    paths = app.get_openapi_schema(title=TITLE).paths or {}
    return sorted(
        (method.upper(), path)
        for path, item in paths.items()
        for method in ("get", "post", "put", "patch", "delete")
        if getattr(item, method)
    )
