"""docs/openapi.json, written from the routes: ``python -m tools.openapi``."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

from lambdas.billing import api as billing
from lambdas.billing import (
    desk_api,
    invitation_api,
    month_api,
    on_stripe,
    payment_api,
    people_api,
)
from lambdas.billing import staff_api as billing_staff
from lambdas.detect import api as detect
from lambdas.devices import api as devices
from lambdas.dispatch import alarm_api, responder_api, task_api, visit_api, visit_desk_api
from lambdas.dispatch import api as dispatch
from lambdas.dispatch import staff_api as dispatch_staff
from lambdas.homes import access_api, request_api
from lambdas.homes import api as homes
from lambdas.ingest import activity_api, notice_api, statistics_api
from lambdas.ingest import api as ingest
from lambdas.news import api as news
from lambdas.news import staff_api as news_staff
from lambdas.notify import api as notify
from lambdas.notify import receipt_api
from lambdas.security import api as security
from lambdas.security import staff_api as security_staff
from lambdas.shared.aws.http import routes_of

DOCUMENT = Path(__file__).parents[1] / "docs/openapi.json"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details in the language of Accept-Language",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "rule": {"type": "string", "description": "The business rule (docs/rules.md)"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"at": {"type": "string"}, "why": {"type": "string"}},
            },
        },
    },
}


class NameTaken(ValueError):
    """Two models of the API share a name, so that one would replace the other."""


def check_names(seen: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Add ``schemas`` to those ``seen``. Raises NameTaken when another model has the name."""
    for name, schema in schemas.items():
        if "__" in name or seen.setdefault(name, schema) != schema:
            raise NameTaken(name)


def document() -> dict[str, Any]:
    """The OpenAPI document of all contexts' routes."""
    merge = OpenAPIMerge(
        title="Mimamori",
        version="1",
        description="Home watch (見守り) for families: cameras, events, readings, contracts.",
        servers=[Server(url="/api")],
        security_schemes={"login": HTTPBearer(scheme="bearer", bearerFormat="JWT")},
        security=[{"login": []}],
    )
    seen: dict[str, Any] = {}
    for context in (
        homes,
        request_api,
        access_api,
        devices,
        detect,
        ingest,
        activity_api,
        notice_api,
        statistics_api,
        news,
        news_staff,
        notify,
        receipt_api,
        billing,
        billing_staff,
        payment_api,
        desk_api,
        month_api,
        people_api,
        invitation_api,
        on_stripe,
        dispatch,
        dispatch_staff,
        task_api,
        visit_api,
        visit_desk_api,
        responder_api,
        alarm_api,
        security,
        security_staff,
    ):
        own = json.loads(context.app.get_openapi_json_schema(title="Mimamori"))
        check_names(seen, own.get("components", {}).get("schemas", {}))
        merge.add_schema(own)
    merged: dict[str, Any] = json.loads(merge.get_openapi_json_schema())
    # They ask for a signature, or the secret of a link, and not for a login.
    open_to_all = (on_stripe, invitation_api, receipt_api)
    for _, path in [route for one in open_to_all for route in routes_of(one.app)]:
        for operation in merged["paths"][path].values():
            operation["security"] = []
    answer = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    merged["components"]["schemas"]["Problem"] = PROBLEM
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        merged["components"]["schemas"].pop(unused, None)
    for operations in merged["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "A problem", "content": answer}
    return merged


def text() -> str:
    """The document as it stands in the file."""
    return json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.name}: {len(document()['paths'])} paths\n")
