"""The responders in the dispatch table: where they are, who has them.

A responder's own row (``RESPONDERS``) is the truth. Whoever could be sent, being on duty and not
engaged, is listed in the row's copy under the cell of their place (``CELL#…``), which is all that a
decision reads; and ``ENGAGED#<case>`` says whom a case has, so that it never has two. Every change
writes these together or not at all, and only if the responder is still as it was read.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from boto3.dynamodb.conditions import Key

from lambdas.dispatch.assignment.arrival import (
    FRESH,
    REACH,
    Arrival,
    Read,
    Responder,
    Wanted,
    by_road,
    earliest,
)
from lambdas.dispatch.assignment.travel import Travel
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


class ResponderStore:
    """Responders in one DynamoDB table; ``fresh`` and ``reach`` as in ``arrival.py``."""

    def __init__(
        self, table_name: str, travel: Travel, *, fresh: timedelta = FRESH, reach: float = REACH
    ) -> None:
        self._name = table_name
        self._table = table(table_name)
        self._travel = travel
        self._fresh, self._reach = fresh, reach

    # -- who they are and where

    @retry_on_conflict
    def register(self, responder: Responder) -> Responder:
        """Add a responder, or change the name, number and qualification of one who is known."""
        changes = responder.model_dump(include={"name", "phone", "guard"})
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

    def everybody(self) -> list[Responder]:
        """All who are registered, engaged or not: those on duty first, by name. For the desk."""
        rows = dynamo.query(self._table, Key("pk").eq(RESPONDERS))
        found = (_read(row) for row in rows)
        return sorted(found, key=lambda one: (not one.on_duty, one.name, one.id))

    def on_duty(self) -> list[Responder]:
        """Everybody on duty, engaged or not, by name."""
        return [one for one in self.everybody() if one.on_duty]

    def duty(
        self, id: str, on_duty: bool, busy_until: datetime | None, at: datetime
    ) -> Responder | None:
        """The responder begins or ends duty, or says until when they are busy; None: not known.

        What was said before the last word is ignored. Whoever is engaged keeps the case.
        """

        def change(one: Responder) -> Responder:
            if one.duty_at and at < one.duty_at:
                return one
            said = {"on_duty": on_duty, "busy_until": busy_until, "duty_at": at, "silent_at": None}
            return one.model_copy(update=said)

        changed = self._change(id, change)
        return changed[1] if changed else None

    def answers(self, id: str, silent_at: datetime | None) -> None:
        """A responder left an offer unanswered, or (None) answers again."""
        self._change(id, lambda one: one.model_copy(update={"silent_at": silent_at}))

    def report(self, id: str, place: Place, at: datetime) -> bool:
        """The responder was here at ``at``; False when nobody is known by this id, or a position
        as new is there already."""

        def change(one: Responder) -> Responder:
            if at <= one.seen_at:
                return one
            return one.model_copy(update={"place": place, "seen_at": at})

        changed = self._change(id, change)
        return changed is not None and changed[0] != changed[1]

    # -- who has them

    def claim(
        self,
        case: str,
        to: Place,
        now: datetime,
        without: Collection[str] = (),
        *,
        guard: bool = False,
    ) -> Arrival | None:
        """Take whoever can be there first (DL-16, AL-12), for this case alone; None: nobody can.

        Asked again, the answer is the same responder, unless that one is in ``without`` and so is
        let go first. With ``guard`` only those who hold the qualification (AL-13).
        Who left an offer unanswered a short while ago is taken after all others.
        Raises Conflict when too many others take responders at the same moment.
        """
        kept = self.engaged_by(case)
        if kept and kept.id not in without:
            return self._arrival(kept, to, now)
        if kept:
            self.release(kept.id, case)
        taken: set[str] = set()
        cells: dict[str, list[Responder]] = {}

        def read(cell: str) -> list[Responder]:
            if cell not in cells:
                cells[cell] = self._in_cell(cell)
            return cells[cell]

        for _ in range(CLAIMS):
            wanted = Wanted(to, now, {*without, *taken}, guard, self._fresh, self._reach)
            heard = wanted._replace(silent_too=False)
            found = self._first(heard, read) or self._first(wanted, read)
            if found is None:
                return None
            one = found.responder
            if engaged := self._write(one, one.model_copy(update={"engaged": case})):
                return found._replace(responder=engaged)
            if other := self.engaged_by(case):  # another copy of this request was faster
                return self._arrival(other, to, now)
            if (lost := self.get(one.id)) and lost.engaged:
                taken.add(one.id)
            else:
                cells.clear()  # has moved, or ended duty: look again
        raise Conflict(case)

    def earliest_free(self, to: Place, now: datetime, without: Collection[str]) -> Arrival | None:
        """Whoever could be there first, taken by nobody yet; None: nobody can be sent."""
        wanted = Wanted(to, now, without, False, self._fresh, self._reach)
        return self._first(wanted, self._in_cell)

    def arrival(self, id: str, to: Place, now: datetime) -> Arrival | None:
        """When this responder would be there; None if they could not be sent."""
        one = self.get(id)
        wanted = Wanted(to, now, (), False, self._fresh, self._reach)
        return self._arrival(one, to, now) if one and wanted.takes(one) else None

    @retry_on_conflict
    def engage(self, id: str, case: str) -> bool:
        """Let a case have this responder, chosen by hand; on duty or not.

        False when nobody is known by this id, another case has them, or the case has another.
        """
        known = self.get(id)
        if known is None or known.engaged not in (None, case):
            return False
        if known.engaged == case:
            return True
        if self.engaged_by(case):
            return False
        if self._write(known, known.model_copy(update={"engaged": case})):
            return True
        raise Conflict(id)

    def release(self, id: str, case: str) -> bool:
        """The case no longer needs this responder; False unless it was the case that had them."""

        def change(one: Responder) -> Responder:
            return one.model_copy(update={"engaged": None}) if one.engaged == case else one

        changed = self._change(id, change)
        return changed is not None and changed[0] != changed[1]

    def engaged_by(self, case: str) -> Responder | None:
        """Whom a case has."""
        found = self._table.get_item(Key=_engaged_key(case), ConsistentRead=True).get("Item")
        one = self.get(found["responder"]) if found else None
        return one if one and one.engaged == case else None

    # -- rows

    def _first(self, wanted: Wanted, read: Read) -> Arrival | None:
        """Whoever is there first; by road, among those likeliest by the estimate."""
        if estimate := self._travel.estimate:
            return by_road(wanted, self._travel, estimate, read)
        return earliest(wanted, self._travel, read)

    def _arrival(self, one: Responder, to: Place, now: datetime) -> Arrival:
        (seconds,) = self._travel.seconds([one.place], to, now)
        return one.arriving(now, seconds)

    def _in_cell(self, cell: str) -> list[Responder]:
        key = Key("pk").eq(f"CELL#{cell}")
        return [_read(row) for row in dynamo.query(self._table, key, ConsistentRead=True)]

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
        own = own_row(after)
        changes = [
            dynamo.put(self._name, own, "version = :seen", seen=before.version)
            if before
            else dynamo.put_new(self._name, own)
        ]
        was, listed = (before.listed if before else None), after.listed
        if was and was != listed:
            changes.append(dynamo.delete(self._name, _cell_key(was, after.id)))
        if listed:
            changes.append(dynamo.put(self._name, cell_row(listed, after)))
        had, has = (before.engaged if before else None), after.engaged
        if had and had != has:
            changes.append(dynamo.delete(self._name, _engaged_key(had)))
        if has and has != had:
            engaged = _engaged_key(has) | {"responder": after.id}
            changes.append(dynamo.put_new(self._name, engaged))
        return after if dynamo.transact(changes) else None


def own_row(one: Responder) -> Row:
    """The row that is the truth about a responder."""
    body = {"version": one.version, "responder": one.model_dump_json()}
    return {**_key(one.id), "on_duty": one.on_duty, **body}


def cell_row(cell: str, one: Responder) -> Row:
    """The copy of it that a search finds in a cell."""
    return {**_cell_key(cell, one.id), "responder": one.model_dump_json()}


def _key(id: str) -> Row:
    return {"pk": RESPONDERS, "sk": id}


def _cell_key(cell: str, id: str) -> Row:
    return {"pk": f"CELL#{cell}", "sk": id}


def _engaged_key(case: str) -> Row:
    return {"pk": f"ENGAGED#{case}", "sk": "RESPONDER"}


def _read(row: Row) -> Responder:
    return Responder.model_validate_json(row["responder"])
