"""Listens on the home's network for existing panels (DC-09 over TCP) and tells the guard."""

import logging
import socketserver
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from iot.agent.controller.dc09 import LONGEST, Account, Answered, Receiver
from iot.agent.controller.guard import Guard
from iot.agent.device.clock import Clock
from iot.messages import panel_facts as f
from iot.messages.controller import SensorHealth

log = logging.getLogger(__name__)

IDLE = 120.0
"""Seconds after which a connection that says nothing is closed."""
MOST_CONNECTIONS = 16
SILENT = timedelta(minutes=10)
"""A panel that spoke, and has been silent so long, is told as lost."""


class PanelServer:
    """Implements `iot.agent.controller.agent.Sensors`."""

    def __init__(
        self, address: tuple[str, int], accounts: Iterable[Account], guard: Guard, clock: Clock
    ) -> None:
        self._receiver = Receiver(accounts)
        self._guard = guard
        self._clock = clock
        self._lock = threading.Lock()
        self._heard: dict[str, datetime] = {}
        self._lost: set[str] = set()
        self._server = _Server(address, self)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """See Sensors."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """See Sensors."""
        self._server.shutdown()
        self._server.server_close()

    def tick(self, now: datetime) -> None:
        """See Sensors."""
        with self._lock:
            silent = {one for one, at in self._heard.items() if now - at > SILENT} - self._lost
            self._lost |= silent
        for account in sorted(silent):
            self._guard.note(f.Relayed, panel=account, code="LOST", alarm=None)

    def health(self) -> dict[str, SensorHealth]:
        """See Sensors: zones of another panel are that panel's."""
        return {}

    def take(self, line: bytes) -> Answered:
        """A line of a panel: the guard is told before it is answered."""
        now = self._clock()
        with self._lock:
            answered = self._receiver.answer(line, now)
            if answered.refused:
                log.warning("dc09: refused: %s", answered.refused)
            for event in answered.events:
                self._guard.note(
                    f.Relayed,
                    panel=event.account,
                    zone=event.zone,
                    code=event.code,
                    alarm=event.alarm,
                    over=event.over,
                )
            if answered.account is not None:
                self._heard[answered.account] = now
                self._lost.discard(answered.account)
        return answered


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], panel_server: PanelServer) -> None:
        self.panels = panel_server
        self.room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, _Connection)


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Lines from LF to CR, until the panel hangs up."""
        if not self.server.room.acquire(blocking=False):
            log.warning("dc09: too many connections")
            return
        try:
            self.request.settimeout(IDLE)
            waiting = b""
            while more := self.request.recv(4096):
                waiting += more
                while b"\r" in waiting:
                    line, waiting = waiting.split(b"\r", 1)
                    answer = self.server.panels.take(line[line.rfind(b"\n") + 1 :]).answer
                    if answer is not None:
                        self.request.sendall(answer)
                if len(waiting) > 2 * LONGEST:
                    log.warning("dc09: no end of a line")
                    return
        except OSError as error:
            log.info("dc09: a connection ended: %s", error)
        finally:
            self.server.room.release()
