"""The responders in the dispatch table: where they are, who has them.

A responder's own row (``RESPONDERS``) is the truth. Whoever is on duty is listed in the row's copy
under a coarse cell (``AREA#…``): who could be sent, also after the case they are at, by the fine
cell from which they would set out, which is all that a decision reads; who is occupied, apart.
``ENGAGED#<case>`` says whom a case has, so that it never has two. Every change writes these
together or not at all, and only if the responder is still as it was read.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from boto3.dynamodb.conditions import ConditionBase, Key

from lambdas.dispatch.assignment import cells
from lambdas.dispatch.assignment.arrival import (
    REACH,
    Arrival,
    Page,
    Read,
    Wanted,
    by_road,
    earliest,
    first_of,
)
from lambdas.dispatch.assignment.responder import FRESH, Engagement, Responder, Skill
from lambdas.dispatch.assignment.travel import Travel, metres
from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.aws.dynamo import Row
from lambdas.shared.conflicts import Conflict, retry_on_conflict

RESPONDERS = "RESPONDERS"
"""The partition of the responders' own rows. It takes a thousand units of writing a second; ten
thousand responders who report every minute need a third of that."""

CLAIMS = 20
"""How often somebody is looked for when others take responders at the same moment."""

OCCUPIED = "occupied#"
"""How the rows of those begin who have as many cases as they take: behind all cells."""

CROWDED = timedelta(minutes=10)
"""So long a cell in which more than a page were listed is taken to be as full: its smaller cells
are read at once, which is exact whether it still is or not."""

CLOCK_SET_BACK = timedelta(minutes=10)
"""A position further back than this by the phone's own clock is no late message: the phone's clock
was set."""


class ResponderStore:
    """Responders in one DynamoDB table; ``fresh`` and ``reach`` as in ``arrival.py``."""

    def __init__(
        self, table_name: str, travel: Travel, *, fresh: timedelta = FRESH, reach: float = REACH
    ) -> None:
        self._name = table_name
        self._table = table(table_name)
        self._travel = travel
        self._fresh, self._reach = fresh, reach
        self._crowded: dict[str, datetime] = {}  # cells, and when more than a page were listed

    # -- who they are and where

    @retry_on_conflict
    def register(self, responder: Responder) -> Responder:
        """Add a responder, or change the name, number, skills and company of one who is known, also
        of one who had left."""
        same = ("name", "phone", "skills", "company")
        changes = {field: getattr(responder, field) for field in same} | {"left": False}
        changed = self._change(responder.id, lambda known: known.model_copy(update=changes))
        if changed:
            return changed[1]
        if written := self._write(None, responder):
            return written
        raise Conflict(responder.id)

    def get(self, id: str) -> Responder | None:
        """The responder with this login."""
        found = self._table.get_item(Key=_key(id), ConsistentRead=True).get("Item")
        return _read(found) if found else None

    def leave(self, id: str) -> Responder | None:
        """Somebody works here no more: nobody sends them any more, and what they did stays on
        record. None: not known."""
        changed = self._change(
            id, lambda one: one.model_copy(update={"left": True, "on_duty": False})
        )
        return changed[1] if changed else None

    def everybody(self) -> list[Responder]:
        """All who are registered, engaged or not: those on duty first, by name. For the desk. Of
        those who left, only who still has a case."""
        rows = dynamo.query(self._table, Key("pk").eq(RESPONDERS))
        found = (one for one in map(_read, rows) if not one.left or one.work)
        return sorted(found, key=lambda one: (not one.on_duty, one.name, one.id))

    def on_duty(self) -> list[Responder]:
        """Everybody on duty, engaged or not, by name."""
        return [one for one in self.everybody() if one.on_duty]

    def duty(
        self,
        id: str,
        on_duty: bool,
        busy_until: datetime | None,
        at: datetime,
        *,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> Responder | None:
        """The responder begins or ends duty, says when the shift begins and ends, or until when
        they are busy; None: not known, or left.

        What was said before the last word is ignored. Whoever is engaged keeps the case.
        """

        def change(one: Responder) -> Responder:
            if one.left or (one.duty_at and at < one.duty_at):
                return one
            said = {"on_duty": on_duty, "busy_until": busy_until, "duty_at": at, "silent_at": None}
            said |= {"refused_at": None}
            return one.model_copy(update={**said, "shift_begins": begins, "shift_ends": ends})

        changed = self._change(id, change)
        return changed[1] if changed and not changed[1].left else None

    def answers(self, id: str, silent_at: datetime | None) -> None:
        """A responder left an offer unanswered, or (None) answers again."""
        self._change(id, lambda one: one.model_copy(update={"silent_at": silent_at}))

    def refused(self, id: str, at: datetime | None) -> None:
        """A responder refused an offer, or (None) accepted one."""
        self._change(id, lambda one: one.model_copy(update={"refused_at": at}))

    def report(
        self, id: str, place: Place, at: datetime, *, phone_at: datetime | None = None
    ) -> bool:
        """The responder was here at ``at``, by our clock; ``phone_at``: by the phone's, which says
        in which order positions were taken, and nothing else. False when nobody is known by this
        id, or a position as new is there already."""
        said = phone_at or at

        def change(one: Responder) -> Responder:
            before = one.phone_at
            late = before is not None and timedelta(0) <= before - said <= CLOCK_SET_BACK
            if late or at < one.seen_at:
                return one
            return one.model_copy(update={"place": place, "seen_at": at, "phone_at": said})

        changed = self._change(id, change)
        return changed is not None and changed[0] != changed[1]

    def met(self, id: str, place: Place, at: datetime) -> None:
        """The responder did something at a place: stood at a door, reported from it."""

        def change(one: Responder) -> Responder:
            seen = {"place": place, "seen_at": at}
            return one.model_copy(update=seen) if at >= one.seen_at else one

        self._change(id, change)

    # -- who has them

    def claim(
        self,
        case: str,
        to: Place,
        now: datetime,
        without: Collection[str] = (),
        *,
        needs: frozenset[Skill] = frozenset(),
        only_free: Collection[str] = (),
        planned: str = "",
    ) -> Arrival | None:
        """Take whoever can be there first (DL-16, AL-12), for this case alone; None: nobody can.
        ``planned``, if they can still be sent, are taken before all others.

        Whoever is at another case and expected to be free is taken for afterwards. Asked again, the
        answer is the same responder, unless that one is in ``without`` and so is let go first.
        ``needs``: only who has these skills (AL-13). Who left an offer unanswered a short while
        ago is taken after all others, and before them who refused a shorter while ago.
        Raises Conflict when too many others take responders at the same moment.
        """
        taken: set[str] = set()
        read = self.reader(now)
        for _ in range(CLAIMS):
            wanted = self._wanted(to, now, {*without, *taken}, needs, only_free)
            found = self._planned(wanted, "" if planned in taken else planned)
            if found is None:
                heard = wanted._replace(silent_too=False)
                rested = heard._replace(resting_too=False)
                found = next(
                    filter(None, (self._first(w, read) for w in (rested, heard, wanted))), None
                )
            one = found.responder if found else None
            free = one if one and case not in one.cases else None
            if found and free and (engaged := self._write(free, free.with_case(case))):
                return found._replace(responder=engaged)
            # The row of the case tells what was not looked at before, so that nearly every decision
            # does with one request less.
            kept = self.engaged_by(case)
            if kept and kept.id not in without:
                return self._arrival(kept.without(case), to, now)._replace(responder=kept)
            if kept:
                self.release(kept.id, case)
            elif one is None:
                return None
            elif (lost := self.get(one.id)) and not lost.takes_another:
                taken.add(one.id)
            read = self.reader(now)  # somebody was let go, has moved, or ended duty: look again
        raise Conflict(case)

    def likeliest(
        self,
        to: Place,
        now: datetime,
        count: int,
        without: Collection[str] = (),
        needs: frozenset[Skill] = frozenset(),
        only_free: Collection[str] = (),
        read: Read | None = None,
    ) -> list[Arrival]:
        """Those who could be there first by the estimate, taken by nobody: at most ``count``.
        ``read``: a `reader` that other searches of the same moment have read with."""
        wanted = self._wanted(to, now, without, needs, only_free)
        travel = self._travel.estimate or self._travel
        return first_of(wanted, travel, read or self.reader(now), count)

    def arrival(
        self, id: str, to: Place, now: datetime, needs: frozenset[Skill] = frozenset()
    ) -> Arrival | None:
        """When this responder would be there; None if they could not be sent."""
        return self._planned(self._wanted(to, now, (), needs, ()), id)

    def anybody_occupied(self, to: Place, now: datetime, needs: frozenset[Skill]) -> bool:
        """Whether somebody within reach is on duty, and will be free some time: they have as many
        cases as they take, or are at one for longer than was expected."""
        apart = Key("sk").begins_with(OCCUPIED), Key("sk").lt(OCCUPIED)
        return any(
            one.why_not(now) in ("occupied", "overdue")
            and needs <= one.skills
            and metres(one.starts_from, to) <= self._reach
            for those in apart
            for one in self._around(to, those)
        )

    def _around(self, to: Place, those: ConditionBase) -> Iterator[Responder]:
        """Responders of the areas within reach of a place, the nearest areas first."""
        for ring in cells.rings(to):
            if ring[0].metres > REACH:
                return
            for cell in ring:
                of = Key("pk").eq(_area(cell.name)) & those
                yield from map(_read, dynamo.query(self._table, of))

    @retry_on_conflict
    def engage(self, id: str, case: str) -> bool:
        """Let a case have this responder, chosen by hand; on duty or not, also after the case that
        they are at.

        False when nobody is known by this id, others have them, or the case has another.
        """
        known = self.get(id)
        if known is None:
            return False
        if case in known.cases:
            return True
        if not known.takes_another or self.engaged_by(case):
            return False
        if self._write(known, known.with_case(case)):
            return True
        raise Conflict(id)

    def expect(self, id: str, known: Engagement) -> None:
        """It is known when and from where a responder goes on after a case. Nothing when the case
        no longer has them."""
        self._change(id, lambda one: one.expecting(known))

    def release(self, id: str, case: str) -> bool:
        """The case no longer needs this responder; False unless it was a case that had them."""
        changed = self._change(id, lambda one: one.without(case))
        return changed is not None and changed[0] != changed[1]

    def engaged_by(self, case: str) -> Responder | None:
        """Whom a case has."""
        found = self._table.get_item(Key=_engaged_key(case), ConsistentRead=True).get("Item")
        one = self.get(found["responder"]) if found else None
        return one if one and case in one.cases else None

    # -- rows

    def _wanted(
        self,
        to: Place,
        now: datetime,
        without: Collection[str],
        needs: frozenset[Skill],
        only_free: Collection[str],
    ) -> Wanted:
        wanted = Wanted(to, now, without, needs, self._fresh, self._reach)
        return wanted._replace(only_free=only_free)

    def _planned(self, wanted: Wanted, id: str) -> Arrival | None:
        """When this one would be there; None if they could not be sent."""
        one = self.get(id) if id else None
        return self._arrival(one, wanted.to, wanted.now) if one and wanted.takes(one) else None

    def _first(self, wanted: Wanted, read: Read) -> Arrival | None:
        """Whoever is there first; by road, among those likeliest by the estimate."""
        if estimate := self._travel.estimate:
            return by_road(wanted, self._travel, estimate, read)
        return earliest(wanted, self._travel, read)

    def _arrival(self, one: Responder, to: Place, now: datetime) -> Arrival:
        (seconds,) = self._travel.seconds([one.starts_from], to, now)
        return Wanted(to, now).arrival(one, seconds)

    def reader(self, now: datetime) -> Read:
        """Reads cells of the map, each once, and of those that were crowded just now nothing: their
        smaller cells are read instead."""
        known: dict[str, Page] = {}

        def read(cell: str, limit: int | None) -> Page:
            if limit and cell in self._crowded and now - self._crowded[cell] < CROWDED:
                return Page([], more=True)
            if cell not in known:
                known[cell] = self._page(cell, limit)
                if known[cell].more:
                    self._crowded[cell] = now
            return known[cell]

        return read

    def _page(self, cell: str, limit: int | None) -> Page:
        """Those listed in a cell: so many at most, and whether there may be more."""
        first, last = cells.span(cell)
        key = Key("pk").eq(_area(cell)) & Key("sk").between(first, f"{last}~")
        if limit is None:
            return Page([_read(row) for row in self._rows(key)])
        page = self._table.query(KeyConditionExpression=key, Limit=limit, ConsistentRead=True)
        return Page([_read(row) for row in page["Items"]], "LastEvaluatedKey" in page)

    def _rows(self, key: ConditionBase) -> Iterator[Row]:
        return iter(dynamo.query(self._table, key, ConsistentRead=True))

    @retry_on_conflict
    def _change(
        self, id: str, change: Callable[[Responder], Responder]
    ) -> tuple[Responder, Responder] | None:
        """Change a responder as they are now: before and after; None when nobody is known so."""
        before = self.get(id)
        if before is None:
            return None
        after = change(before)
        if after == before:
            return before, before
        if written := self._write(before, after):
            return before, written
        raise Conflict(id)

    def _write(self, before: Responder | None, after: Responder) -> Responder | None:
        """Put ``after`` in the place of ``before``, wherever it stands; None, and nothing written,
        when the responder is no longer so, or the case to engage them has somebody."""
        after = after.model_copy(update={"version": before.version + 1 if before else 0})
        own = _own_row(after)
        changes = [
            dynamo.put(self._name, own, "version = :seen", seen=before.version)
            if before
            else dynamo.put_new(self._name, own)
        ]
        was, listed = (_listed(before) if before else None), _listed(after)
        if was and was != listed:
            changes.append(dynamo.delete(self._name, was))
        if listed:
            changes.append(dynamo.put(self._name, {**listed, **_body(after)}))
        had, has = set(before.cases if before else ()), set(after.cases)
        changes += [dynamo.delete(self._name, _engaged_key(case)) for case in sorted(had - has)]
        changes += [
            dynamo.put_new(self._name, _engaged_key(case) | {"responder": after.id})
            for case in sorted(has - had)
        ]
        return after if dynamo.transact(changes) else None


def rows_of(one: Responder) -> list[Row]:
    """The rows of a responder whom no case has: the truth, and the copy that a search finds."""
    listed = _listed(one)
    copies = [{**listed, **_body(one)}] if listed else []
    return [_own_row(one), *copies]


def _own_row(one: Responder) -> Row:
    return {**_key(one.id), "on_duty": one.on_duty, "version": one.version, **_body(one)}


def _body(one: Responder) -> Row:
    """What is not said is left out, so that a page of those listed is one read unit."""
    return {"responder": one.model_dump_json(exclude_defaults=True)}


def _listed(one: Responder) -> Row | None:
    """Where a responder is listed; None off duty."""
    if not one.on_duty:
        return None
    cell = cells.fine_cell(one.starts_from)
    sorted_by = f"{cell}#" if one.takes_another else OCCUPIED
    return {"pk": _area(cell), "sk": f"{sorted_by}{one.id}"}


def _area(cell: str) -> str:
    return f"AREA#{cells.coarse_cell(cell)}"


def _key(id: str) -> Row:
    return {"pk": RESPONDERS, "sk": id}


def _engaged_key(case: str) -> Row:
    return {"pk": f"ENGAGED#{case}", "sk": "RESPONDER"}


def _read(row: Row) -> Responder:
    return Responder.model_validate_json(row["responder"])
