"""The application service of controllers: reports are taken, and what follows is told.

What follows is stored together with the journal (an outbox) and taken out only when it was told. So
whoever dies in between leaves it to the next delivery, and what is told twice has one identity.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from iot.messages.controller import ControllerReport, ControllerSettings
from iot.panel import record as records
from iot.panel.outcomes import Alarm, Ended, Operated
from iot.topics import Channel
from lambdas.security import supervision
from lambdas.security.call_service import CallService
from lambdas.security.clock_gateway import ClockGateway, Look
from lambdas.security.clocks import by_our_clock
from lambdas.security.effects import About, differs_notice, effects_of
from lambdas.security.entries import Entry, entry_of
from lambdas.security.model import Followed, Kept, Silence, without
from lambdas.security.store import Store
from lambdas.security.supervision import silent_home
from lambdas.shared.aws import bus, mqtt
from lambdas.shared.aws.directory import Directory
from lambdas.shared.conflicts import Conflict, retry_on_conflict
from lambdas.shared.events import Event, Sentence
from lambdas.shared.household import Home
from lambdas.shared.reports import MalformedMessage
from lambdas.shared.settings import Settings

OLD_JOURNALS = 8
"""So many journals before the present one are known again."""

AT_THE_END = timedelta(days=1)
"""A journal that was lost while an entry time ran is judged as if so much had passed."""


class SecuritySettings(Settings):
    """What the functions of security need."""

    security_table: str
    directory_table: str
    event_bus: str
    look_queue: str  # URL of the queue of what is looked at again


class UnknownHome(Exception):
    """A controller of a home that the directory does not know: its message is tried again."""


class PanelService:
    """Controllers' journals, and what follows from them."""

    def __init__(self, settings: SecuritySettings) -> None:
        self.store = Store(settings.security_table)
        self._directory = Directory(settings.directory_table)
        self._bus = settings.event_bus
        self._clock = ClockGateway(settings.look_queue)
        self._calls = CallService(self.store, self._clock)

    def take(self, thing: str, home: str, report: ControllerReport, received: datetime) -> Kept:
        """Take a report of a home's controller: late, repeated or out of order, it does no harm.

        Raises MalformedMessage for a journal that another one replaced.
        """
        known = self._directory.home(home)
        if known is None:
            raise UnknownHome(home)
        kept = self._taken(thing, home, report, received)
        self._tell(thing, known, kept, received)
        self._bring_up_to_date(thing, home, report)
        return kept

    @retry_on_conflict
    def _taken(self, thing: str, home: str, report: ControllerReport, received: datetime) -> Kept:
        before = self.store.kept(thing)
        if before is None or before.home != home:
            replaced = self.store.controller(home)
            self.store.put_controller(home, thing)
            if replaced and replaced != thing:
                self.store.forget_silent(replaced)
            fresh = Kept(home=home, record=records.empty(report.journal))
            before = fresh.model_copy(update={"version": before.version if before else 0})
        if report.journal != before.record.panel.journal:
            if report.journal in before.old:
                raise MalformedMessage("old-journal", report.journal, thing)
            before = self._replaced(before, report.journal)
        taken = records.take(before.record, report, received)
        came = by_our_clock(taken.outcomes, taken.record.behind, report.facts)
        heard = max(received, before.heard_at or received)
        after = before.model_copy(
            update={
                "record": taken.record,
                "outbox": (*before.outbox, *came),
                "heard_at": heard,
            }
        )
        if before.silence and heard > before.silence.heard_at:
            back = supervision.back_of(before.silence, received)
            more = {"silence": None, "watched_at": None, "outbox": (*after.outbox, back)}
            after = after.model_copy(update=more)
        if supervision.marked_anew(after, heard):
            self.store.watch(thing, heard + supervision.SILENT)
            after = after.model_copy(update={"watched_at": heard})
        if after.model_copy(update={"heard_at": before.heard_at}) == before and before.version:
            return before  # said again: nothing is written
        self._set_clock(thing, records.next_look(taken.record), received)
        return self.store.keep(thing, after)

    def _replaced(self, kept: Kept, journal: str) -> Kept:
        """A new journal: what ran in the one that was lost is judged as if its time were over."""
        lost = kept.record
        alarms = records.overdue(lost, (lost.until or lost.panel.now) + AT_THE_END)
        known = {one.id for one in kept.judged}
        new = [one for one in alarms if one.id not in known]
        return kept.model_copy(
            update={
                "record": records.empty(journal),
                "outbox": (*kept.outbox, *by_our_clock(new, lost.behind)),
                "old": (lost.panel.journal, *kept.old)[:OLD_JOURNALS],
                "judged": (),
            }
        )

    def look(self, thing: str, now: datetime) -> None:
        """Look at a controller by itself: it may have fallen silent while an entry time ran (it is
        an alarm, AL-01), or facts behind a gap have waited long enough."""
        kept = self._looked(thing, now)
        if kept is None:
            return
        home = self._directory.home(kept.home)
        if home is None:
            raise UnknownHome(kept.home)
        self._tell(thing, home, kept, now)

    @retry_on_conflict
    def _looked(self, thing: str, now: datetime) -> Kept | None:
        before = self.store.kept(thing)
        if before is None:
            return None
        taken = records.look(before.record, now)
        known = {one.id for one in before.judged}
        late = [one for one in records.overdue(taken.record, now) if one.id not in known]
        behind = taken.record.behind
        changed = {
            "record": taken.record,
            "outbox": (*before.outbox, *by_our_clock((*taken.outcomes, *late), behind)),
            "judged": (*before.judged, *late),
        }
        after = before.model_copy(update=changed)
        self._set_clock(thing, records.next_look(taken.record, now), now)
        return before if after == before else self.store.keep(thing, after)

    def _set_clock(self, thing: str, at: datetime | None, now: datetime) -> None:
        if at:
            self._clock.set(Look(what="panel", id=thing), at, now)

    # --- supervision

    def supervise(self, thing: str, now: datetime) -> None:
        """Look whether a controller is silent (AL-62): then it is told, once. One that is of no
        home any more, or was replaced, is looked at no more."""
        was, kept = self.store.watched(thing), self.store.kept(thing)
        if was is None or kept is None:
            return
        device, home = self._directory.device(thing), self._directory.home(kept.home)
        here = device and device.home == kept.home and self.store.controller(kept.home) == thing
        if not here or home is None:
            self.store.unwatch(thing, was)
            return
        self.look(thing, now)  # an entry time of which every look was lost is found here at last
        kept, again = self._supervised(thing, home, now)
        if kept.silence:
            self._tell(thing, home, kept, now)
            self.store.unwatch(thing, was)  # at last: until then the next look tells it
        elif again:
            self.store.watch(thing, again, was)

    @retry_on_conflict
    def _supervised(self, thing: str, home: Home, now: datetime) -> tuple[Kept, datetime | None]:
        """The controller after a look, and when to look again if nobody is to be told."""
        before = self.store.kept(thing)
        assert before
        if before.silence:
            return before, None
        again = supervision.next_look(before, home, now)
        if again:
            return before, again
        silence = supervision.silence_of(thing, before, now)
        changed = {"silence": silence, "outbox": (*before.outbox, silence)}
        return self.store.keep(thing, before.model_copy(update=changed)), None

    # --- telling

    def _tell(self, thing: str, home: Home, kept: Kept, now: datetime) -> None:
        """Tell what was not told yet, the alarms first, and take it out of the outbox."""
        if kept.outbox:
            settings = kept.record.panel.settings
            grave = frozenset(o.number for o in kept.outbox if isinstance(o, Alarm | Ended))
            file = self.store.file(home.id)
            forced = self._forced(home.id, kept.outbox)
            about = About(home, file, settings, now, kept.judged, grave, forced)
            order = sorted(kept.outbox, key=lambda one: not isinstance(one, Alarm))
            effects = [effects_of(one, about) for one in order]
            self.publish([event for one in effects for event in one.events])
            for one in effects:
                if one.call:
                    self._calls.begin(one.call, now)
            for silence in (o for o in kept.outbox if isinstance(o, Silence)):
                self.store.put_silent(silent_home(thing, home, silence, now))
            self.store.add(home.id, *(entry_of(one, about.settings) for one in kept.outbox))
            kept = self._told(thing, kept.outbox)
        self._compare(thing, home, kept, now)

    def _forced(self, home: str, outbox: Sequence[Followed]) -> str:
        """The area that somebody disarmed under duress: of several the one with a running case."""
        cried = {one.number for one in outbox if isinstance(one, Alarm) and one.kind == "duress"}
        areas = [
            one.area
            for one in outbox
            if isinstance(one, Operated) and one.phase == "disarmed" and one.number in cried
        ]
        if not areas:
            return ""
        running = {one.area for one in self.store.cases(home) if one.open}
        return next((area for area in areas if area in running), areas[0])

    @retry_on_conflict
    def _told(self, thing: str, told: Sequence[Followed]) -> Kept:
        """Take out of the outbox what was told. Alarms that the cloud raised are over when their
        area was disarmed."""
        kept = self.store.kept(thing)
        assert kept
        over = {one.area for one in told if isinstance(one, Operated) and one.phase == "disarmed"}
        judged = tuple(one for one in kept.judged if one.area not in over)
        after = without(kept, told).model_copy(update={"judged": judged})
        return kept if after == kept else self.store.keep(thing, after)

    def publish(self, events: Iterable[Event]) -> None:
        """Put events on the bus, ten at a time, in their order."""
        found = list(events)
        for first in range(0, len(found), 10):
            bus.publish(self._bus, *found[first : first + 10])

    def _compare(self, thing: str, home: Home, kept: Kept, now: datetime) -> None:
        """Where the controller says otherwise than its facts, staff is told, once for each thing
        that it says otherwise."""
        found = records.differences(kept.record)
        said = "; ".join(
            f"{area}: {mine.state if mine else '-'} / {theirs.state if theirs else '-'}"
            for area, (mine, theirs) in found.items()
        )
        if said == kept.differs:
            return
        if said:
            line = Sentence(
                ja=f"コントローラーの状態が記録と一致しません（{said}）",
                en=f"The controller says otherwise than its facts ({said})",
            )
            id = f"{thing}-differs-{kept.record.panel.number}"
            self.store.add(home.id, Entry(id=id, at=now, what="differs", said=line, hidden=True))
            self.publish([differs_notice(home, thing, said, now)])
        try:
            self.store.keep(thing, kept.model_copy(update={"differs": said}))
        except Conflict:
            return  # somebody else looks at it now

    # --- what the controller should have

    def _bring_up_to_date(self, thing: str, home: str, report: ControllerReport) -> None:
        """Send settings and keys to a controller that has older ones."""
        settings, keys = self.store.settings(home), self.store.keys(home)
        newer = settings if settings and settings.version > report.settings else None
        keyed = keys if keys and keys.version > report.keys else None
        if newer or keyed:
            self.send(thing, ControllerSettings(panel=newer, keys=keyed))

    def send(self, thing: str, wanted: ControllerSettings) -> None:
        """Send a controller its settings or keys."""
        mqtt.publish(thing, Channel.SETTINGS, wanted)
