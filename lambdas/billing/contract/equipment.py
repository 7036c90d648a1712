"""Who has what: devices lent to a home, replaced, returned, damaged (HT-03, HT-60 to HT-71, A-21),
and stickers (AL-42).

A relay router becomes the customer's with the initial fee and is of no further concern (A-21).
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from lambdas.billing.contract.facts import (
    Installed,
    LeftoversDisposed,
    NotReturned,
    Replaced,
    Returned,
    StickerLent,
    StickerReturned,
)
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Equipment, Part
from lambdas.shared.calendar import start_of


class Damage(NamedTuple):
    """So many devices to be paid for, because of a fact."""

    fact: Returned | NotReturned
    devices: int


class Custody:
    """The devices of a contract, followed from fact to fact."""

    def __init__(self) -> None:
        self.installed: date | None = None
        self.assumed = False
        self.lent: defaultdict[Part, int] = defaultdict(int)  # in the home
        self.owned: defaultdict[Part, int] = defaultdict(int)  # in the home, the customer's
        self.failed: defaultdict[Part, int] = defaultdict(int)  # replaced, and not come back
        self.awaited: defaultdict[Part, int] = defaultdict(int)  # of these, to be sent back
        self.taken: defaultdict[Part, int] = defaultdict(int)  # fetched by the company
        self.ever_lent = False
        self.damages: list[Damage] = []
        self.charged: list[Replaced] = []
        self.came_back = False
        self.stickers: list[str] = []

    def assume(self, equipment: Equipment, day: date) -> None:
        """The service runs, so the plan's kit is there, until an installation says better."""
        self.install(equipment, Installed(on=start_of(day)))
        self.assumed = True

    def install(self, equipment: Equipment, fact: Installed) -> None:
        """Devices come into the home: what the fact says, else what the plan's kit has. The kit
        comes once; what is not said of a later installation did not come with it."""
        if self.assumed:
            self.lent.clear()
            self.owned.clear()
            self.installed = None
            self.assumed = False
        said: dict[Part, int | None] = {
            "sensor": fact.sensors,
            "wifi_router": fact.wifi_router,
            "relay_router": fact.relay_router,
        }
        kit = equipment.kit if self.installed is None else {}
        there = {part: kit.get(part, 0) if count is None else count for part, count in said.items()}
        routers = there["wifi_router"] + there["relay_router"]
        if self.installed is None and there["sensor"] and not routers:
            raise Forbidden("HT-17", f"{fact.day}: a sensor is connected by a router only")
        for part, count in there.items():
            whose = self.lent if part in equipment.lent else self.owned
            whose[part] += count
        self.installed = self.installed or fact.day
        self.ever_lent = self.ever_lent or any(self.lent.values())

    def replace(self, equipment: Equipment, fact: Replaced) -> None:
        """A device is replaced: free or at the customer's cost (HT-60, HT-61, HT-64). Forbidden
        when there is none in the home (HT-59)."""
        if not self.lent[fact.item] + self.owned[fact.item]:
            raise Forbidden(fact.rule, f"{fact.day}: there is no {fact.item} to be replaced")
        if fact.item in equipment.lent:
            free = fact.cause in equipment.free_lent.names
            self.failed[fact.item] += free
            self.awaited[fact.item] += free and fact.by == "post"
        else:
            warranted = self.installed and fact.day <= equipment.warranty.after(self.installed)
            free = bool(warranted) and fact.cause in equipment.free_owned.names
        if not free:
            self.charged.append(fact)

    def returned(self, fact: Returned) -> None:
        """Lent devices came back. That one that failed is broken is nobody's fault."""
        self.came_back = True
        of_failed = self._take(fact)
        if fact.condition == "broken" and fact.count > of_failed:
            self.damages.append(Damage(fact, fact.count - of_failed))

    def not_returned(self, fact: NotReturned, return_by: date | None) -> None:
        """Lent devices stayed away after the end, or a failed one after a replacement (HF-14)."""
        if fact.count > self.failed[fact.item]:
            if return_by is None:
                raise Forbidden("HT-68", f"{fact.day}: nothing has to be returned yet")
            if fact.day <= return_by:
                raise Forbidden("HT-68", f"{fact.day}: there is time until {return_by}")
        self._take(fact)
        self.damages.append(Damage(fact, fact.count))

    @property
    def out(self) -> dict[Part, int]:
        """The devices that have to come back: those in the home, and those that failed and were
        replaced by post (HF-14); who visits takes the failed one along (HT-59)."""
        parts = sorted({*self.lent, *self.failed})
        awaited = {part: min(self.awaited[part], self.failed[part]) for part in parts}
        return {part: n for part in parts if (n := self.lent[part] + awaited[part])}

    def removed(self) -> None:
        """The company fetched what it had lent (HF-08): nothing is missing. What turns out to be
        broken may still be told of."""
        for whose in (self.lent, self.failed):
            for part, count in whose.items():
                self.taken[part] += count
            whose.clear()
        self.came_back = self.came_back or any(self.taken.values())

    def disposed(self, fact: LeftoversDisposed) -> None:
        """What was left in devices is gone (HT-71): in such as came back, that is."""
        if not self.came_back:
            raise Forbidden(fact.rule, f"{fact.day}: nothing came back in which it could be")

    def lend_sticker(self, fact: StickerLent) -> None:
        """A sticker goes to the home (AL-42)."""
        if fact.serial in self.stickers:
            raise Forbidden(fact.rule, f"{fact.day}: sticker {fact.serial} is lent already")
        self.stickers.append(fact.serial)

    def sticker_returned(self, fact: StickerReturned) -> None:
        """A sticker came back (AL-42)."""
        if fact.serial not in self.stickers:
            raise Forbidden(fact.rule, f"{fact.day}: sticker {fact.serial} is not lent here")
        self.stickers.remove(fact.serial)

    def _take(self, fact: Returned | NotReturned) -> int:
        """Out of custody; how many of them were failed devices."""
        of_failed = min(fact.count, self.failed[fact.item])
        of_lent = min(fact.count - of_failed, self.lent[fact.item])
        of_taken = fact.count - of_failed - of_lent
        if of_taken > (self.taken[fact.item] if isinstance(fact, Returned) else 0):
            raise Forbidden(
                "HT-03",
                f"{fact.day}: {fact.count} {fact.item}, where {self.lent[fact.item]} is lent",
            )
        self.failed[fact.item] -= of_failed
        self.lent[fact.item] -= of_lent
        self.taken[fact.item] -= of_taken
        return of_failed
