"""The agent: wires source, gate, outbox and connection together, and starts and stops them.

Five threads, each with one job: *watch* looks at every picture, *write* makes bursts and reports
of what is worth sending and puts them into the outbox, *deliver* brings the outbox to the cloud,
*act* carries out what the cloud asks for, and the one that called `run` keeps status and shadow.
Queues lie between them; paho's own thread only fills one.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from iot import kinds, topics
from iot.agent.camera import burst_encoder
from iot.agent.camera.album import Album
from iot.agent.camera.commands import Commands, Failure, Kind, Turn
from iot.agent.camera.gate import Began, Ended, EpisodeRecorder, Happening, Shot, Shots
from iot.agent.camera.live import LiveView
from iot.agent.camera.minutes import Minutes
from iot.agent.camera.naming import shows_person
from iot.agent.camera.picture_outbox import PictureOutbox
from iot.agent.camera.recorder import Recorder
from iot.agent.camera.sound import Muted, Player, Speaker
from iot.agent.camera.source import Frame, Source
from iot.agent.camera.turning import OnvifAddress, Turner
from iot.agent.camera.uploads import HttpsPut, Put, Uploader
from iot.agent.device import identity, state
from iot.agent.device.clock import Clock, utc_now
from iot.agent.device.connection import Broker, Link, MqttLink, OnMessage, OnOnline
from iot.agent.device.events import OnEvent, event_sink
from iot.agent.device.identity import Claim, Connector, Identity
from iot.agent.device.outbox import LIMIT
from iot.agent.device.pace import offset
from iot.agent.device.power import SUPPLIES, Gauge
from iot.messages.base import CommandResult, minute_of
from iot.messages.camera import (
    Direction,
    EpisodeReport,
    How,
    Mode,
    MotionMinute,
    MotionReport,
    StatusReport,
    WalkReport,
)
from iot.messages.live import LiveAnswer
from iot.topics import Channel
from iot.vision.values import Box
from iot.vision.walk import Walk

log = logging.getLogger(__name__)

FIRMWARE = "agent-1.0"

STATUS_EVERY = timedelta(hours=1)
ALARM_SECONDS = 10
HEARD = 10.0  # seconds a new camera waits to hear its mode before it looks without pictures
FRESH = timedelta(seconds=3)  # a snapshot shows the room at most so long ago
LAST_WORDS = 3.0  # seconds to deliver what can be on a stop
SETTLED = timedelta(seconds=2)  # after a turn, until the picture stands still
UNDEVELOPED = 8  # what may wait for a slow processor before later bursts are left out


@dataclass(frozen=True)
class Config:
    """How a camera is set up."""

    endpoint: str
    port: int
    ca: Path  # the certificate authority of the endpoint, PEM
    identity: Path  # directory: certificate, outbox, pictures, last known mode
    claim: Claim | None = None  # to get a certificate, where there is none yet
    kind: Kind = "smart-camera"
    sd_card: Path | None = None
    onvif: OnvifAddress | None = None  # of a camera that turns
    stream: str | None = None  # the source's URL, where it is a network stream
    sound_device: str | None = None
    mute: bool = False
    once: bool = False  # end when the source has ended and the outbox is empty …
    drain: float = 60  # … or after so many seconds
    outbox_bytes: int = LIMIT
    supplies: Path = SUPPLIES  # of power, as Linux has them


Jobs = queue.SimpleQueue[Callable[[], None] | None]
"""What a thread has to do, in order; None ends it."""


class Connect(Protocol):
    """Makes the camera's link."""

    def __call__(
        self, who: Identity, topics: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link: ...


class Camera:
    """One camera. `run` blocks until it has stopped; `stop` may be called from anywhere."""

    def __init__(
        self,
        config: Config,
        source: Source,
        clock: Clock = utc_now,
        on_event: OnEvent | None = None,
        *,
        player: Player | None = None,
        put: Put | None = None,
        connect: Connect | None = None,
        claim_connector: Connector | None = None,
        turn: Turn | None = None,
        shows_person: Callable[[Shots], bool] = shows_person,
    ) -> None:
        """What follows ``on_event`` replaces sound, HTTPS, MQTT and ONVIF, for tests."""
        broker = Broker(config.endpoint, config.port, config.ca)
        self._config = config
        self._source = source
        self._clock = clock
        self._tell = event_sink(on_event)
        self._player = player or (Muted() if config.mute else Speaker(config.sound_device))
        self._put = put or HttpsPut()
        self._connect = connect or _mqtt(broker)
        self._claim_connector = claim_connector or identity.claim_connector(broker)

        self._stop = threading.Event()
        self._poke = threading.Event()  # something changed: look at once what is due
        self._ended = threading.Event()  # no more pictures come
        self._failure: Exception | None = None

        self._state_file = state.StateFile(config.identity / "state.json")
        self._state = self._state_file.load()
        self._known = threading.Event()
        self._ask_due = self._report_due = False
        self._power = Gauge(config.supplies)
        self._status: tuple[object, ...] | None = None  # what was last said
        self._status_at: datetime | None = None
        self._said_waiting = 0

        self._turner = turn or (Turner(config.onvif) if config.onvif else None)
        self._turning = 0  # steps that are under way
        self._turned_at: datetime | None = None  # whether the view is another since then
        self._shows_person = shows_person
        self._sounded: datetime | None = None  # the episode that was answered without the cloud
        self._blind: How | None = None
        self._restless: tuple[Box, ...] = ()
        self._restless_at: datetime | None = None
        self._walk_until: datetime | None = None
        self._walk = Walk()
        self._walked: WalkReport | None = None

        self._minutes = Minutes()
        self._watching: Mode = self.mode  # what the gate works in …
        self._watched = self._state  # … and what it was told last
        self._latest: Shot | None = None
        self._writing: Jobs = queue.SimpleQueue()
        self._acting: Jobs = queue.SimpleQueue()
        self._recorder = Recorder(config.sd_card)
        self._album = Album(config.identity / "pictures")
        self._live = LiveView(
            config.kind, lambda: self.mode, self._answer_live, clock, self._tell, config.stream
        )

    @property
    def mode(self) -> Mode:
        """The mode that holds now; motion-only until the camera has heard of one."""
        return (self._state or state.UNHEARD).mode

    def stop(self) -> None:
        """Make `run` return soon. What is not delivered by then waits on the disk."""
        self._stop.set()
        self._poke.set()

    def run(self) -> None:
        """Work until stopped, or with ``once`` until the source has ended.

        Raises ProvisioningFailed when the cloud refuses the device, SourceError when the source
        cannot be opened.
        """
        who = identity.obtain(
            self._config.identity,
            self._config.claim,
            self._claim_connector,
            self._stop,
            self._tell,
        )
        if who is None:
            return
        self._set_up(who)
        delivered = threading.Event()
        watch = self._spawn("watch", self._watch)
        write = self._spawn("write", partial(_work, self._writing))
        deliver = self._spawn("deliver", partial(self._courier.run, delivered))
        act = self._spawn("act", partial(_work, self._acting))
        self._link.start()
        try:
            while not self._stop.is_set() and not (self._config.once and self._ended.is_set()):
                self._look_after()
                self._poke.wait(0.5)
                self._poke.clear()
        finally:
            limit = self._config.drain
            if self._stop.is_set():
                limit = LAST_WORDS if self._link.online else 0
            self._stop.set()
            watch.join(timeout=5)
            self._recorder.stop()
            self._live.stop()
            self._writing.put(None)
            write.join(timeout=5)
            self._deliver_rest(limit)
            delivered.set()
            self._courier.wake()
            self._acting.put(None)
            deliver.join(timeout=5)
            act.join(timeout=5)
            self._player.stop()
            self._link.stop()
        self._tell("stopped", waiting=len(self._outbox))
        if self._failure:
            raise self._failure

    # --- set-up

    def _set_up(self, who: Identity) -> None:
        thing = self._thing = who.thing
        self._minutes = Minutes(late=offset(thing, timedelta(minutes=1)))
        listens = kinds.topics_of("camera", thing)
        self._link = self._connect(who, listens, self._received, self._online)
        self._outbox = PictureOutbox(
            self._config.identity / "outbox",
            self._config.outbox_bytes,
            pictures=self.mode != "motion-only",
        )
        self._courier = Uploader(
            thing, self._link, self._outbox, self._album, self._put, self._clock, self._tell
        )
        self._commands = Commands(
            self._config.kind,
            self._player,
            self._recorder,
            self._snapshot,
            self._start_walk,
            self._turn,
            self._live.ask,
            lambda: self.mode,
            self._answer,
            self._clock,
            self._tell,
        )

    def _spawn(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """A thread whose failure stops the agent, so that its supervisor starts it anew."""

        def run() -> None:
            try:
                work()
            except Exception as error:
                log.exception("%s failed", name)
                self._failure = error
                self.stop()

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    # --- from paho's thread: short

    def _received(self, topic: str, payload: bytes) -> None:
        if topic == topics.topic(self._thing, Channel.UPLOAD_GRANT):
            self._courier.granted(payload)
        elif topic == topics.topic(self._thing, Channel.COMMAND):
            self._acting.put(partial(self._commands.take, payload))
        else:
            self._acting.put(partial(self._hear, topic, payload))

    def _online(self, online: bool) -> None:
        self._ask_due = online
        self._courier.wake()
        self._poke.set()
        self._acting.put(
            partial(self._tell, "connected" if online else "disconnected", thing=self._thing)
        )

    # --- act

    def _hear(self, topic: str, payload: bytes) -> None:
        """Take over the state that the shadow asks for."""
        heard = state.wanted(payload, topic, self._state)
        if heard is None:
            return
        if heard != self._state:
            self._state_file.save(heard)
            self._state = heard
            self._outbox.allow_pictures(heard.mode != "motion-only")
            if heard.mode == "motion-only":
                self._latest = None
                self._recorder.cancel()
                self._live.end("motion-only")
            self._tell("state", mode=heard.mode, response=heard.response)
        self._known.set()
        self._report_due = True
        self._poke.set()

    def _snapshot(self, command: str) -> bool:
        shot, mode = self._latest, self.mode
        if shot is None or abs(self._clock() - shot.at) > FRESH:
            return False
        try:
            self._outbox.put(*burst_encoder.snapshot(shot, mode, command))
        except ValueError as error:
            log.warning("snapshot: not developed: %s", error)
            return False
        return True

    def _start_walk(self, seconds: int) -> None:
        self._walk, self._walk_until = Walk(), self._clock() + timedelta(seconds=seconds)

    def _turn(self, direction: Direction, done: Callable[[Failure | None], None]) -> None:
        """Turn a step. What the camera sees meanwhile is no motion of the room."""
        if self._turner is None:
            done("unsupported")
            return

        def finished(failure: Failure | None) -> None:
            self._turned_at, self._turning = self._clock(), self._turning - 1
            done(failure)

        self._turning += 1
        self._turner(direction, finished)

    def _answer(self, result: CommandResult) -> None:
        self._outbox.say(Channel.COMMAND_RESULT, result)

    def _answer_live(self, answer: LiveAnswer) -> None:
        """Not by way of the outbox: later than now nobody waits for it."""
        topic = topics.ingest(self._thing, Channel.LIVE)
        message = answer.model_dump_json(exclude_none=True).encode()

        def say() -> None:
            if not self._link.publish(topic, message):
                log.warning("live: the answer to %s could not be sent", answer.id)

        self._acting.put(say)

    def _sound(self, shots: Shots) -> None:
        """Answer a person without the cloud, which cannot be asked now (DC-27); once an episode."""
        response = (self._state or state.UNHEARD).response
        if response == "none" or shots.episode == self._sounded or not self._shows_person(shots):
            return
        self._sounded = shots.episode
        if self._player.play(response, ALARM_SECONDS):
            self._tell(response, seconds=ALARM_SECONDS, cause=shots.episode)

    # --- watch

    def _watch(self) -> None:
        waited = time.monotonic() + (HEARD if self._state is None else 0)
        while time.monotonic() < waited and not (self._known.is_set() or self._stop.is_set()):
            self._known.wait(0.2)
        self._watching = self.mode
        self._watched = self._state
        known = self._state or state.UNHEARD
        gate = EpisodeRecorder(
            pictures=self._watching != "motion-only",
            sensitivity=known.sensitivity,
            zones=known.zones,
        )
        try:
            for at, picture in self._source.frames(self._stop):
                if picture is None:
                    self._lost(gate, at)
                else:
                    self._look(gate, at, picture)
                if self._stop.is_set():
                    break
            else:
                self._tell("source-ended")
        finally:
            self._happened(gate.finish())
            while minutes := self._minutes.take(all=True):
                self._say_minutes(minutes)
            self._ended.set()
            self._poke.set()

    def _lost(self, gate: EpisodeRecorder, at: datetime) -> None:
        """The source has given no picture for a while."""
        self._latest = None
        self._live.end("no-source")
        self._happened(gate.lose(at))
        self._sees(gate)

    def _sees(self, gate: EpisodeRecorder) -> None:
        """Note what the gate says of the camera itself, for the status."""
        if gate.blind != self._blind:
            self._blind = gate.blind
            self._tell("blind" if gate.blind else "sees", how=gate.blind)
            self._poke.set()

    def _look(self, gate: EpisodeRecorder, at: datetime, picture: Frame) -> None:
        mode = self.mode
        if mode != self._watching:
            self._happened(gate.switch(pictures=mode != "motion-only"))
            self._watching = mode
        heard = self._state
        if heard and heard != self._watched:
            gate.watch(heard.sensitivity, heard.zones)
            self._watched = heard
        if self._turns_now(gate):
            self._show(at, picture, 0)
            return
        motion, happenings = gate.update(at, picture)
        self._sees(gate)
        if minute_of(at) != self._restless_at:
            self._restless_at, self._restless = minute_of(at), gate.offered()
        self._look_at_walk(gate)
        self._minutes.add(at, motion.level)
        self._show(at, picture, motion.level)
        self._happened(happenings)
        if self._minutes.due(at) or any(isinstance(what, Ended) for what in happenings):
            self._say_minutes(self._minutes.take())

    def _show(self, at: datetime, picture: Frame, level: float) -> None:
        """Whoever looks live or films sees the picture, where there may be one."""
        self._latest = Shot(at, picture, level) if self._watching != "motion-only" else None
        if self._latest:
            self._recorder.offer(at, picture)
            self._live.offer(picture)

    def _turns_now(self, gate: EpisodeRecorder) -> bool:
        """Whether the camera is being turned. Afterwards it learns its new view."""
        if self._turning:
            return True
        if self._turned_at is None:
            return False
        if self._clock() - self._turned_at < SETTLED:
            return True
        self._turned_at = None
        self._happened(gate.turned())
        return False

    def _look_at_walk(self, gate: EpisodeRecorder) -> None:
        """Note who walks through the room while the camera is set up, and in the end report it."""
        until = self._walk_until
        if until is None:
            return
        gate.walked(self._walk)
        if self._clock() >= until:
            self._walk_until = None
            self._walked = WalkReport(at=self._clock(), heights=self._walk.heights())
            self._tell("walked", heights=self._walked.heights)
            self._poke.set()

    def _happened(self, happenings: Sequence[Happening]) -> None:
        mode = self._watching
        for what in happenings:
            match what:
                case Began(episode, peak):
                    self._tell("episode", at=episode, level=round(peak.level, 4), mode=mode)
                    if mode == "motion-only" or peak.how == "no-source":
                        self._say_episode(burst_encoder.report(episode, peak, mode))
                case Shots(seq=seq):
                    moved = what.peak.kind == "motion"
                    if moved and mode == "guard" and not self._link.online:
                        self._acting.put(partial(self._sound, what))
                    if seq == 0 or self._writing.qsize() < UNDEVELOPED:
                        self._writing.put(partial(self._develop, what, mode))
                case Ended(episode, at, peak):
                    self._tell("episode-ended", episode=episode, at=at, level=round(peak.level, 4))
                    self._say_episode(burst_encoder.report(episode, peak, mode, at))

    def _say_episode(self, report: EpisodeReport) -> None:
        self._writing.put(
            partial(self._outbox.say, Channel.EPISODE, report, episode=report.episode)
        )

    def _say_minutes(self, minutes: list[MotionMinute]) -> None:
        if minutes:
            report = MotionReport(minutes=minutes)
            self._writing.put(partial(self._outbox.say, Channel.MOTION, report))

    # --- write

    def _develop(self, shots: Shots, mode: Mode) -> None:
        """Put a burst into the outbox; where there cannot be one, the detection is told without."""
        try:
            if self.mode == "motion-only":  # since the pictures were taken (DC-29)
                raise ValueError("the mode has changed")
            self._outbox.put(*burst_encoder.develop(shots, mode))
        except ValueError as error:
            log.warning("burst: not developed: %s", error)
            if shots.seq == 0:
                report = burst_encoder.report(shots.episode, shots.peak, mode)
                report = report.model_copy(update={"pictures": "none"})
                self._outbox.say(Channel.EPISODE, report, report.episode)

    # --- run

    def _look_after(self) -> None:
        """Say what is due: status and state."""
        if not self._link.online:
            return
        if self._ask_due:
            self._ask_due = not self._link.publish(topics.shadow(self._thing, "get"), b"{}")
        if self._report_due and self._state:
            document = state.reported(self._state)
            self._report_due = not self._link.publish(
                topics.shadow(self._thing, "update"), document
            )
        now, waiting = self._clock(), self._outbox.detections
        restless = burst_encoder.boxes(self._restless[: burst_encoder.BOXES])
        card = self._recorder.card
        power = self._power.at(now)
        about = (self.mode, len(self._album), card, self._blind, restless, self._walked)
        status = (*about, power.mains)
        on_time = self._status_at and timedelta(0) <= now - self._status_at < STATUS_EVERY
        delivered = self._said_waiting and not waiting
        if self._state is None or (status == self._status and on_time and not delivered):
            return
        message = StatusReport(
            at=now,
            mode=self.mode,
            firmware=FIRMWARE,
            pictures_on_device=len(self._album),
            sd_card=self._recorder.card,
            waiting=waiting,
            blind=self._blind,
            restless=restless,
            walk=self._walked,
            turns=self._turner is not None,
            **power._asdict(),
        )
        topic = topics.ingest(self._thing, Channel.STATUS)
        if self._link.publish(topic, message.model_dump_json().encode()):
            self._status, self._status_at, self._said_waiting = status, now, waiting

    def _deliver_rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while len(self._outbox) and time.monotonic() < until:
            time.sleep(0.02)
        self._look_after()


def _work(jobs: Jobs) -> None:
    while job := jobs.get():
        job()


def _mqtt(broker: Broker) -> Connect:
    def connect(
        who: Identity, topics: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link:
        return MqttLink(broker, who.thing, who.certificate, who.key, topics, on_message, on_online)

    return connect
