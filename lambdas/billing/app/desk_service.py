"""Billing's staff at work on a request: who asks, the contracts, and that it is done once."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Header

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import BillingSettings, ContractService
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.app.request_store import RequestStore
from lambdas.shared.aws import http

IdempotencyKey = Annotated[
    str,
    Header(
        max_length=100,
        description="A name for this request: sent again with it, the request changes nothing"
        " more (G-08)",
    ),
]


class Desk:
    """The caller at billing's desk. Problem 403 for anybody who is not of its staff."""

    def __init__(
        self, app: APIGatewayHttpResolver, settings: BillingSettings, *, quiet: bool = False
    ) -> None:
        who = http.member_of(app, contract_service.STAFF, "staff-only")
        self.by = Actor(who.person, "staff desk", who.now)
        self.language = who.language
        self.contracts = ContractService(settings, quiet=quiet)
        self._app = app
        self._requests = RequestStore(settings.billing_table)

    def open(self, contract: str) -> ContractRecord:
        """A contract of anybody's. Problem 404 when there is none."""
        with contract_service.rules_as_problems():
            return self.contracts.open(contract)

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """Whether the request at hand is to be done: not when it was, under the same ``key``. What
        the rules forbid on the way is a Problem, as is another request of this name (409)."""
        event = self._app.current_event
        asked = f"{event.http_method} {event.path}\n{event.body or ''}"
        said = hashlib.sha256(asked.encode()).hexdigest()
        with contract_service.rules_as_problems():
            new = not (key and self._requests.done(self.by.who, key, said))
            yield new
        if key and new:
            self._requests.remember(self.by.who, key, said, self.by.at)

    def note(self, thing: str, id: str, event: str, detail: str, rule: str = "G-07") -> None:
        """Into the audit trail of a contract or of something else (G-07)."""
        what = {"rule": rule, "event": event, "detail": detail}
        self.contracts.audit.note(thing, id, what, self.by)
