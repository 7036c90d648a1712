"""The controller (コントローラー): the panel, what it works with, and its way to the cloud."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from iot import kinds, topics
from iot.agent.controller.guard import Guard, OnOutcome
from iot.agent.controller.journal import Journal
from iot.agent.controller.keyring import KeyRing
from iot.agent.controller.lines import Lines
from iot.agent.controller.ports import Sounder, Voice
from iot.agent.controller.steady import BOOT_ID, SteadyClock
from iot.agent.device import files, identity
from iot.agent.device.clock import Clock
from iot.agent.device.connection import Broker, Link, MqttLink, OnMessage, OnOnline
from iot.agent.device.delivery import Delivery
from iot.agent.device.events import EventSink, OnEvent, event_sink
from iot.agent.device.identity import Claim, Connector, Identity
from iot.agent.device.outbox import Outbox, Report
from iot.messages import panel_facts as f
from iot.messages.base import CommandResult
from iot.messages.controller import (
    ControllerCommand,
    ControllerReport,
    ControllerSettings,
    ControllerStatus,
    SensorHealth,
    fits,
    payload,
)
from iot.messages.panel_settings import Mode, Monitoring
from iot.panel.outcomes import AnyOutcome, Refused
from iot.topics import Channel

log = logging.getLogger(__name__)

FIRMWARE = "controller-1.0"
STATUS_EVERY = timedelta(hours=1)
LAST_WORDS = 3.0
"""Seconds to deliver what can be on a stop."""
LIMIT = 40 * 1024 * 1024
"""Bytes of the outbox: 10,000 facts."""
REMOTE: frozenset[f.Source] = frozenset({"web", "app", "telephone", "centre"})
"""Where commands of the cloud may come from: none of them types a code."""


class Sensors(Protocol):
    """Where the controller hears its sensors."""

    def start(self) -> None:
        """Begin to listen."""
        ...

    def tick(self, now: datetime) -> None:
        """About every second."""
        ...

    def health(self) -> dict[str, SensorHealth]:
        """What is known of each sensor itself."""
        ...

    def stop(self) -> None:
        """End."""
        ...


class Connect(Protocol):
    """Makes a line to the cloud; ``lte``: the one behind the Internet."""

    def __call__(
        self,
        who: Identity,
        topics: Sequence[str],
        on_message: OnMessage,
        on_online: OnOnline,
        *,
        lte: bool,
    ) -> Link: ...


@dataclass(frozen=True)
class Config:
    """How a controller is set up. ``lte_address``: of the LTE modem's interface."""

    endpoint: str
    port: int
    ca: Path
    identity: Path  # directory: certificate, journal, outbox
    claim: Claim | None = None
    lte_address: str | None = None
    lte: bool = False


class Controller:
    """One controller. `run` blocks until it has stopped; everything else may be called from any
    thread once `start` has returned."""

    def __init__(
        self,
        config: Config,
        siren: Sounder,
        voice: Voice,
        sensors: Callable[[Guard, Clock], Sequence[Sensors]] = lambda guard, clock: (),
        clock: Clock | None = None,
        on_event: OnEvent | None = None,
        *,
        on_outcome: OnOutcome = lambda outcome: None,
        connect: Connect | None = None,
        claim_connector: Connector | None = None,
        boot: Callable[[], str] = lambda: Path(BOOT_ID).read_text(),
    ) -> None:
        broker = Broker(config.endpoint, config.port, config.ca)
        self._config = config
        self._steady = SteadyClock() if clock is None else None
        self._clock: Clock = clock or self._steady or SteadyClock()
        self._tell = event_sink(on_event)
        self._connect = connect or _mqtt(broker, config.lte_address)
        self._claim_connector = claim_connector or identity.claim_connector(broker)
        self._boot = boot
        self._stop = threading.Event()
        self._poke = threading.Event()
        self._outbox = Outbox(config.identity / "outbox", LIMIT)
        self._ring = KeyRing(config.identity / "keys.json")
        self._journal = Journal(config.identity / "journal")
        self._heard_outcome = on_outcome
        self.guard = Guard(self._journal, self._clock, siren, voice, self._keep, self._came)
        self.guard.keys_version = self._ring.version
        self._sensors = sensors(self.guard, self._clock)
        self._lines = Lines(self._clock, self._online)
        self._status: tuple[datetime, str] | None = None
        self._mains, self._battery = True, 100
        self.running = threading.Event()

    @property
    def waiting(self) -> int:
        """Messages that the cloud has not confirmed yet."""
        return len(self._outbox)

    def stop(self) -> None:
        """Make `run` return soon."""
        self._stop.set()
        self._poke.set()

    def run(self) -> None:
        """Guard until stopped, with or without a line. Raises ProvisioningFailed when the cloud
        refuses the device at its first start."""
        config = self._config
        self.guard.start(cold=self._cold())
        who = identity.obtain(
            config.identity, config.claim, self._claim_connector, self._stop, self._tell
        )
        if who is None:
            return
        listens = kinds.topics_of("controller", who.thing)
        self._thing = who.thing
        lines = self._lines
        lines.join(
            self._connect(who, listens, self._received, lines.internet_online, lte=False),
            self._connect(who, listens, self._received, lines.lte_online, lte=True)
            if config.lte or config.lte_address
            else None,
        )
        self._delivery = _Delivery(who.thing, lines, self._outbox, self._tell, self._clock)
        delivered = threading.Event()
        deliver = threading.Thread(target=self._delivery.run, args=(delivered,), daemon=True)
        deliver.start()
        lines.start()
        for one in self._sensors:
            one.start()
        self.running.set()
        try:
            self._loop()
        finally:
            for one in self._sensors:
                one.stop()
            until = time.monotonic() + (LAST_WORDS if lines.online else 0)
            while len(self._outbox) and time.monotonic() < until:
                time.sleep(0.02)
            delivered.set()
            self._delivery.wake()
            deliver.join(timeout=15)
            lines.stop()
            self._journal.close()
            self._tell("stopped", waiting=len(self._outbox))

    # -- what people do at the controller

    def type_code(
        self,
        text: str,
        action: str,
        mode: Mode | None = None,
        monitoring: Monitoring | None = None,
        areas: Sequence[str] = (),
        bypass: dict[str, str] | None = None,
        means: f.Means = "code",
    ) -> tuple[AnyOutcome, ...]:
        """A code is typed, or a key or card held to the reader, to arm or to disarm."""
        source: f.Source = "keypad" if means == "code" else "reader"
        key = self._ring.find(means, text)
        if key is None:
            return self.guard.note(f.WrongCode, source=source)
        return self.guard.note(
            f.Asked,
            action=action,
            mode=mode,
            monitoring=monitoring,
            areas=tuple(areas),
            bypass=bypass or {},
            actor=f.Actor(source=source, means=means, name=key.name, key=key.id, person=key.person),
            duress=key.duress,
        )

    def press(self) -> tuple[AnyOutcome, ...]:
        """The emergency button of the controller (AL-04)."""
        return self.guard.note(f.Pressed)

    def open_cover(self, *, over: bool = False) -> tuple[AnyOutcome, ...]:
        """The controller's own cover is opened, or closed."""
        return self.guard.note(f.Tampered, over=over)

    def powered(self, *, mains: bool, battery: int = 100) -> None:
        """How the controller is powered; ``battery``: percent."""
        self._mains, self._battery = mains, battery
        self.guard.note(f.Power, mains=mains, battery_low=battery <= 20)

    # -- the loop

    def _loop(self) -> None:
        looked: datetime | None = None
        while not self._stop.is_set():
            if self._steady is not None and (before := self._steady.follow()) is not None:
                self.guard.note(f.ClockSet, before=before)
            self.guard.tick()
            now = self._clock()
            if looked is None or not timedelta(0) <= now - looked < timedelta(seconds=1):
                looked = now
                self._look_after(now)
            self._poke.wait(self.guard.pause())
            self._poke.clear()

    def _look_after(self, now: datetime) -> None:
        self._lines.tick(now)
        internet, lte = self._lines.works(now)
        self.guard.note(f.Lines, internet=internet, lte=lte)
        for one in self._sensors:
            one.tick(now)
        self._say_status(now)

    def _say_status(self, now: datetime) -> None:
        """Health, every hour and when the line is another."""
        line = self._lines.line
        if not self._lines.online:
            return
        if self._status:
            at, said = self._status
            if timedelta(0) <= now - at < STATUS_EVERY and said == line:
                return
        self._status = now, line
        self.guard.report()
        health = {name: one for each in self._sensors for name, one in each.health().items()}
        message = ControllerStatus(
            at=now,
            firmware=FIRMWARE,
            waiting=len(self._outbox),
            line=line,
            mains=self._mains,
            battery=self._battery,
            sensors=health,
        )
        self._outbox.say(Channel.STATUS, message)

    # -- the cloud

    def _keep(self, report: ControllerReport) -> None:
        self._outbox.put(Report(channel=Channel.PANEL), payload(report))

    def _came(self, outcome: AnyOutcome) -> None:
        named = {"kind": getattr(outcome, "kind", None), "area": getattr(outcome, "area", None)}
        self._tell(outcome.what, id=outcome.id, **{k: v for k, v in named.items() if v})
        self._heard_outcome(outcome)

    def _received(self, topic: str, body: bytes) -> None:
        channel = topics.parse(topic).channel
        try:
            if channel == Channel.SETTINGS:
                self._set(ControllerSettings.model_validate_json(body))
            elif channel == Channel.COMMAND:
                self._answer(ControllerCommand.model_validate_json(body))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            log.warning("%s: not understood, ignored: %s %s", channel, first["loc"], first["msg"])

    def _set(self, settings: ControllerSettings) -> None:
        if settings.keys is not None and self._ring.take(settings.keys):
            self.guard.keys_version = settings.keys.version
            self.guard.report()
        if settings.panel is not None:
            if fits(settings.panel):
                self.guard.note(f.Configured, settings=settings.panel)
            else:
                log.error("settings: too large, ignored")

    def _answer(self, command: ControllerCommand) -> None:
        """Carry out a command; one that is known is not answered again."""
        now = self._clock()
        if command.id in self.guard.panel.commands:
            return
        if now >= command.expires_at:
            result = CommandResult(id=command.id, state="failed", reason="expired", at=now)
        elif command.actor.source not in REMOTE or command.actor.means not in ("login", "call"):
            result = CommandResult(id=command.id, state="failed", reason="refused", at=now)
        else:
            refused = any(isinstance(one, Refused) for one in self._carry_out(command))
            result = CommandResult(
                id=command.id,
                state="failed" if refused else "done",
                reason="refused" if refused else None,
                at=now,
            )
        self._outbox.say(Channel.COMMAND_RESULT, result)

    def _carry_out(self, command: ControllerCommand) -> tuple[AnyOutcome, ...]:
        if command.action == "test":
            return self.guard.note(f.TestBegan, actor=command.actor, minutes=command.minutes)
        if command.action == "end_test":
            return self.guard.note(f.TestEnded, actor=command.actor)
        return self.guard.note(
            f.Asked,
            action=command.action,
            mode=command.mode,
            monitoring=command.monitoring,
            areas=command.areas,
            bypass=command.bypass,
            actor=command.actor,
            command=command.id,
        )

    def _online(self, online: bool) -> None:
        self._delivery.wake()
        self._poke.set()
        self._tell("connected" if online else "disconnected", line=self._lines.line)

    def _cold(self) -> bool:
        """Whether the machine was off since the last start."""
        path = self._config.identity / "boot"
        try:
            now = self._boot().strip()
        except OSError:
            return True
        before = path.read_text().strip() if path.exists() else None
        if now != before:
            files.write(path, now.encode())
        return before is not None and now != before


class _Delivery(Delivery):
    """Reports say when they were sent, so that the cloud can tell how wrong the clock is."""

    def __init__(
        self, thing: str, link: Link, outbox: Outbox, tell: EventSink, clock: Clock
    ) -> None:
        super().__init__(thing, link, outbox, tell)
        self._clock = clock
        self._last: tuple[bytes, bytes, datetime] | None = None

    def amended(self, report: Report, body: bytes) -> bytes:
        """See Delivery. One that is tried again soon is not written anew: the link knows it."""
        if report.channel != Channel.PANEL:
            return body
        now = self._clock()
        if self._last and self._last[0] == body and now - self._last[2] < timedelta(seconds=30):
            return self._last[1]
        sent = body[:-1] + f',"sent_at":"{now.isoformat()}"}}'.encode()
        self._last = body, sent, now
        return sent


def _mqtt(broker: Broker, lte_address: str | None) -> Connect:
    def connect(
        who: Identity,
        topics: Sequence[str],
        on_message: OnMessage,
        on_online: OnOnline,
        *,
        lte: bool,
    ) -> Link:
        return MqttLink(
            broker, who.thing, who.certificate, who.key, topics, on_message, on_online,
            keepalive=15, bind=(lte_address or "") if lte else "",
        )  # fmt: skip

    return connect
