"""Stripe on this machine: ``localstripe``, brought up to what the real one does today.

``localstripe`` is driven in this process, on loopback, by the machinery of the fixture: its own
command listens on all addresses and writes its state to a file. Beside that it gets what the real
Stripe has and the double lacks: idempotency keys, the endive version's parameter of allowed payment
methods, payment intents listed by customer, cards that belong to whom they were set up for, cards
of other kinds than credit, and faults on demand.
"""

import asyncio
import hashlib
import hmac
import json
import threading
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # handlers that are not async
    from localstripe import resources, server
    from localstripe.errors import UserError

FUNDING = {"4000056655665556": "debit", "5105105105105100": "prepaid"}
"""Card numbers that Stripe publishes for tests, of other kinds than credit."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StripeDouble:
    """The double: its address, what was asked of it, and what goes wrong next."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[tuple[str, str]] = []
        self.fail_next: list[int | None] = []
        """A status for each coming request, answered in place of the real answer; None lets it
        through."""

        self.lose_next = 0
        """So many requests are carried out, and their answers lost."""

        self.keys: dict[str, tuple[str, int, bytes]] = {}
        self.visits: dict[str, dict[str, Any]] = {}
        """Checkout sessions, which localstripe does not have, by their ids."""

    def clear(self) -> None:
        """As if started anew."""
        resources.store.clear()
        self.asked.clear()
        self.keys.clear()
        self.visits.clear()
        self.fail_next.clear()
        self.lose_next = 0

    def forget_keys(self) -> None:
        """A day passes."""
        self.keys.clear()

    def intents(self) -> list[Any]:
        """The payment intents there are."""
        return [one for key, one in resources.store.items() if key.startswith("payment_intent:")]

    def fill_in(self, visit: str, token: str) -> None:
        """A customer enters a card on Stripe's own page."""
        session = self.visits[visit]
        session["status"] = "complete"
        session["setup_intent"] = {
            "id": f"seti_{visit}",
            "object": "setup_intent",
            "payment_method": token,
        }


DOUBLE = web.AppKey("double", StripeDouble)


@web.middleware
async def _as_the_real_one(request: web.Request, handler: Handler) -> web.StreamResponse:
    double: StripeDouble = request.app[DOUBLE]
    body = (await request.read()).decode()
    double.asked.append((f"{request.method} {request.path}", body))
    if double.fail_next and (status := double.fail_next.pop(0)):
        return web.json_response({"error": {"type": "api_error", "code": None}}, status=status)
    key = request.headers.get("Idempotency-Key")
    if request.method == "POST" and key:
        if key not in double.keys:
            try:
                answered = await handler(request)
            except UserError as error:
                answered = error.to_response()
            assert isinstance(answered, web.Response)
            double.keys[key] = (body, answered.status, answered.body)  # type: ignore[assignment]
        first, status, answer = double.keys[key]
        if first != body:
            told = {"type": "idempotency_error", "message": "Keys for idempotent requests …"}
            return web.json_response({"error": told}, status=400)
        if double.lose_next:
            double.lose_next -= 1
            assert request.transport
            request.transport.abort()
        return web.Response(body=answer, status=status, content_type="application/json")
    return await handler(request)


async def _begin_visit(request: web.Request) -> web.Response:
    double, said = request.app[DOUBLE], await request.post()
    assert said["mode"] == "setup"
    assert said["allowed_payment_method_types[0]"] == "card"
    id = f"cs_test_{len(double.visits) + 1}"
    double.visits[id] = {
        "id": id,
        "object": "checkout.session",
        "status": "open",
        "customer": said["customer"],
        "setup_intent": None,
        "success_url": said["success_url"],
        "url": f"https://checkout.stripe.com/c/pay/{id}",
    }
    return web.json_response(double.visits[id])


async def _visit(request: web.Request) -> web.Response:
    found = request.app[DOUBLE].visits.get(request.match_info["id"])
    if found is None:
        missing = {"type": "invalid_request_error", "code": "resource_missing"}
        return web.json_response({"error": missing}, status=404)
    return web.json_response(found)


def _intents_of_today(create: Callable[..., Any]) -> Callable[..., Any]:
    def created(cls: type, **data: Any) -> Any:
        if "payment_method_types" in data:
            contents = {"code": "payment_method_types_no_longer_supported"}
            raise UserError(400, "Use allowed_payment_method_types", contents)
        assert data.pop("allowed_payment_method_types", ["card"]) == ["card"]
        if data.get("currency") == "jpy" and int(data["amount"]) < 50:
            raise UserError(400, "Amount must be at least ¥50", {"code": "amount_too_small"})
        return create.__func__(cls, **data)  # type: ignore[attr-defined]

    return created


def _listed_by_customer(list_all: Callable[..., Any]) -> Callable[..., Any]:
    def listed(cls: type, url: str, customer: str | None = None, **more: Any) -> Any:
        found = list_all.__func__(cls, url, **more)  # type: ignore[attr-defined]
        if customer:
            found._list = [one for one in found._list if one.customer == customer]
        return found

    return listed


def _attached_to_its_customer(attach: Callable[..., None]) -> Callable[..., None]:
    def attached(self: Any, method: Any) -> None:
        attach(self, method)
        if self.status == "succeeded":
            method.customer = self.customer

    return attached


def _funded(init: Callable[..., None]) -> Callable[..., None]:
    def initialised(self: Any, **data: Any) -> None:
        init(self, **data)
        if self.type == "card":
            self.card["funding"] = FUNDING.get(self._card_number, "credit")

    return initialised


@contextmanager
def _brought_up_to_date() -> Iterator[None]:
    """The double's own classes, changed for as long as it runs."""
    intent, setup, method = (
        resources.PaymentIntent,
        resources.SetupIntent,
        resources.PaymentMethod,
    )
    before = [
        (intent, "_api_create", intent.__dict__["_api_create"]),
        (intent, "_api_list_all", intent.__dict__.get("_api_list_all")),
        (setup, "_api_create", setup.__dict__.get("_api_create")),
        (setup, "_attach_pm", setup._attach_pm),
        (method, "__init__", method.__init__),
        (type(resources.store), "dump_to_disk", type(resources.store).dump_to_disk),
        (resources, "schedule_webhook", resources.schedule_webhook),
    ]
    intent._api_list_all = classmethod(_listed_by_customer(intent._api_list_all))
    for kind in (intent, setup):
        kind._api_create = classmethod(_intents_of_today(kind._api_create))
    method.__init__ = _funded(method.__init__)
    setup._attach_pm = _attached_to_its_customer(setup._attach_pm)
    type(resources.store).dump_to_disk = lambda _: None
    resources.schedule_webhook = lambda _: None
    try:
        yield
    finally:
        for owner, name, old in before:
            if old is None:
                delattr(owner, name)
            else:
                setattr(owner, name, old)


@contextmanager
def running() -> Iterator[StripeDouble]:
    """The double, listening on a free port of loopback."""
    loop = asyncio.new_event_loop()

    async def serve() -> web.AppRunner:
        app = web.Application(
            middlewares=[_as_the_real_one, server.error_middleware, server.auth_middleware]
        )
        app[DOUBLE] = double
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            app.router.add_post("/v1/checkout/sessions", _begin_visit)
            app.router.add_get("/v1/checkout/sessions/{id}", _visit)
            for route in server.app.router.routes():
                app.router.add_route(route.method, route.resource.canonical, route.handler)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner

    double = StripeDouble("")
    with _brought_up_to_date():
        # All in a thread of its own: a browser test may be running a loop in this one.
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        runner = asyncio.run_coroutine_threadsafe(serve(), loop).result()
        double.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield double
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
            resources.store.clear()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


def signed_notice(kind: str, about: dict[str, Any], secret: str, at: int) -> tuple[bytes, str]:
    """A notice as Stripe signs it: body and signature."""
    body = json.dumps({"id": "evt_1", "type": kind, "created": at, "data": {"object": about}})
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return body.encode(), f"t={at},v1={digest.hexdigest()}"
