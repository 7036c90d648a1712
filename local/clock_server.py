"""The clock over HTTP, on loopback, inside the emulator's process.

GET shows it; POST {"advance": "3d"} or {"to": "2026-12-24T09:00"} moves it and answers when all
that was due has happened. Only `application/json` is taken: a web page cannot send that here
without asking first, and is then refused.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local import when
from local.clock import Advance, Busy, Clock, StillInFlight, iso


def _move(clock: Clock, asked: object) -> Advance:
    match asked:
        case {"advance": str(text), **rest} if not rest:
            return clock.advance_by(when.duration(text).total_seconds())
        case {"to": str(text), **rest} if not rest:
            return clock.advance_to(when.moment(text).timestamp())
    raise ValueError('ask with {"advance": "3d"} or {"to": "2026-12-24T09:00"}')


def serve(clock: Clock, port: int, counts: Callable[[], object]) -> None:
    """Answer on this port of loopback, in a thread of its own; /counts with what was counted."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body of an answer go out together, at once
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(200, counts() if self.path == "/counts" else clock.report())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get_content_type() != "application/json":
                return self._problem(415, "the clock reads application/json")
            try:
                done = _move(clock, json.loads(body))
            except ValueError as error:
                return self._problem(400, str(error))
            except Busy as error:
                return self._problem(409, str(error))
            except StillInFlight as error:
                return self._problem(503, str(error))
            fired = [{"at": iso(f.at), "name": f.name} for f in done.fired]
            return self._answer(200, {**clock.report(), "steps": done.steps, "fired": fired})

        def _problem(self, status: int, detail: str) -> None:
            self._answer(status, {"status": status, "detail": detail}, "application/problem+json")

        def _answer(self, status: int, body: object, kind: str = "application/json") -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """The emulator's log is for the emulator."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True, name="clock").start()
