"""What can happen to a contract: dated facts, only ever added.

A contract *is* its facts; everything else about it is computed from them. ``rule`` names the rule
that a fact out of place offends.
"""

import hashlib
import json
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from lambdas.billing.products.terms import Model, Part
from lambdas.shared.calendar import Month, in_japan

YEARS = range(2000, 2200)
"""When anything can happen: far enough from where the calendar ends for all that is counted on."""

Counted = TypeVar("Counted", date, Month)


def _near(day: Counted) -> Counted:
    """A day, time or month that can be counted on from."""
    if day.year not in YEARS:
        raise ValueError(f"the year has to be one from {YEARS[0]} to {YEARS[-1]}")
    return day


def _moment(value: Any) -> datetime:
    """A day (its first instant) or a time, in Japan unless it says otherwise."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError("a day or a time is written 2026-08-10 or 2026-08-10T09:00:00+09:00")
    _near(value)
    return in_japan(value)


Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, AfterValidator(_near)]
MonthBilled = Annotated[Month, AfterValidator(_near)]

Yen = Annotated[int, Field(ge=0, le=100_000_000)]
Amount = Annotated[Yen, Field(gt=0)]
Reference = Annotated[str, Field(max_length=100)]
"""By which money is found in the books."""

Reason = Annotated[str, Field(min_length=1, max_length=500)]

_ALSO_CALLED = dict.fromkeys(("account", "bank", "direct_debit"), "bank_transfer")

Payment = Annotated[str, AfterValidator(lambda name: _ALSO_CALLED.get(name, name))]
"""A way to pay: ``card``, ``bank_transfer`` (口座振替) or ``in_app``, as the product allows."""


SuspensionGround = Literal["13-1-1", "13-1-2", "13-1-3"]
UNPAID: SuspensionGround = "13-1-3"


class Fact(BaseModel):
    """Something that happened at a time. ``id`` makes it the same fact however often it arrives;
    without one it is told apart by its kind, its time and what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: ClassVar[str]
    after_the_end: ClassVar[bool] = False
    """Whether it may still happen when the contract has ended."""

    needs: ClassVar[str | None] = None
    """The part of the terms without which a product has no such fact."""

    on: Moment
    id: str = ""

    @property
    def day(self) -> date:
        """Its day in Japan."""
        return self.on.date()

    @property
    def said(self) -> dict[str, Any]:
        """What it says beside its kind, its id, its times and what was reckoned when it was taken
        in (``of``, ``overpaid``), what is as usual left out."""
        beside = {"event", "on", "known", "id", "of", "overpaid"}
        return self.model_dump(mode="json", exclude_defaults=True, exclude=beside)

    @property
    def key(self) -> str:
        """What makes it the same fact when it arrives again (G-08)."""
        if self.id:
            return self.id
        key = f"{getattr(self, 'event', '')}@{self.on.isoformat()}"
        if not (said := self.said):
            return key
        text = json.dumps(said, sort_keys=True)
        return f"{key}/{hashlib.sha256(text.encode()).hexdigest()[:12]}"


# --- how a contract begins


class CameraSite(Model):
    """Where the camera of a product with somebody who comes (アルボeye) is to be."""

    always_on: bool  # fibre Internet
    upload_mbps: float
    cameras: int
    in_dwelling: bool = True  # not in the part of the house that is a shop
    sticker_on_entrance: bool = True  # a nameplate is not needed


There = Literal["telephone", "internet", "good_radio", "electricity"]
"""What is at a home that a service may need."""


class Applied(Fact):
    """Somebody asked for the service (申込), with ``options`` from the beginning, and said what is
    there for it to run."""

    rule = "HT-13"
    event: Literal["applied"] = "applied"
    customer_line: bool = True  # a mobile line of the company (回線契約)
    channel: str | None = None
    first_time: bool = True  # this customer never had this product
    options: tuple[str, ...] = ()
    there: tuple[There, ...] = ()
    camera_site: CameraSite | None = None


class Accepted(Fact):
    """The company accepted: the contract is formed (承諾)."""

    rule = "HT-13"
    event: Literal["accepted"] = "accepted"


class RefusedApplication(Fact):
    """The company refused. The ground stays in the house (HT-16)."""

    rule = "HT-15"
    event: Literal["refused"] = "refused"
    ground: str | None = None


class Installed(Fact):
    """Devices were installed (設置). What is not said is as the plan's kit has it, the first time;
    later on nothing comes that is not said."""

    rule = "HT-55"
    event: Literal["installed"] = "installed"
    sensors: NonNegativeInt | None = None
    wifi_router: NonNegativeInt | None = None
    relay_router: NonNegativeInt | None = None
    camera: str | None = None  # the model, where the product has several
    cameras: PositiveInt | None = None  # how many there are now, where the product counts them
    upload_mbps: NonNegativeFloat | None = None  # as measured before another one (AL-70)


class InstallationPlanned(Fact):
    """When the installation is to be: in a building that is being built or renovated as its works
    go on; what the customer wishes is noted, and nothing promised."""

    rule = "AL-103"
    needs = "works"
    event: Literal["installation_planned"] = "installation_planned"
    building: Literal["standing", "new", "renovated"] = "standing"
    ready: Day | None = None  # the day from which the building allows it
    wish: Literal["none", "urgent", "on_the_day"] = "none"  # 至急, 日時限定
    wished: Moment | None = None

    @model_validator(mode="after")
    def _said(self) -> "InstallationPlanned":
        if self.building != "standing" and self.ready is None:
            raise ValueError("when does the building allow it?")
        if (self.wish == "on_the_day") != (self.wished is not None):
            raise ValueError("a wish for a day names it, and no other does")
        return self


class ContactAsked(Fact):
    """The customer was asked to agree on a day of installation."""

    rule = "HT-37"
    needs = "installation"
    event: Literal["contact_asked"] = "contact_asked"


class Contacted(Fact):
    """The customer answered."""

    rule = "HT-37"
    needs = "installation"
    event: Literal["contacted"] = "contacted"


class Started(Fact):
    """The company told the customer that the service begins (利用開始日)."""

    rule = "HT-21"
    event: Literal["started"] = "started"


# --- how it goes on


class Paused(Fact):
    """The mail that completes a pause was delivered (利用休止手続完了メール)."""

    rule = "HT-43"
    needs = "pause"
    event: Literal["paused"] = "paused"
    months: float


class PauseExtended(Fact):
    """The mail that completes an extension was delivered."""

    rule = "HT-46"
    needs = "pause"
    event: Literal["pause_extended"] = "pause_extended"
    months: float


class Resumed(Fact):
    """The mail that ends a pause early was delivered (利用再開手続完了メール)."""

    rule = "HT-50"
    needs = "pause"
    event: Literal["resumed"] = "resumed"


class Suspended(Fact):
    """The company stopped the service (停止): for untrue or unreported data (13-1-1), damage to
    others (13-1-2), or money owed (13-1-3). ``cure_by`` is the last day to put it right, where the
    steps of an unpaid invoice do not say it."""

    rule = "HT-33"
    event: Literal["suspended"] = "suspended"
    ground: SuspensionGround = UNPAID
    cure_by: Day | None = None


class SuspensionLifted(Fact):
    """The company let the service run again."""

    rule = "HT-33"
    event: Literal["suspension_lifted"] = "suspension_lifted"


class PlanChanged(Fact):
    """The customer changes to another plan, from next month."""

    rule = "HF-07"
    needs = "plan_change"
    event: Literal["plan_changed"] = "plan_changed"
    plan: str


class PaymentChanged(Fact):
    """The customer pays another way, from next month."""

    rule = "HT-28"
    event: Literal["payment_changed"] = "payment_changed"
    payment: Payment


class OptionAdded(Fact):
    """The customer takes an option of the product."""

    rule = "G-06"
    event: Literal["option_added"] = "option_added"
    option: str


class OptionRemoved(Fact):
    """The customer gives an option up."""

    rule = "G-06"
    event: Literal["option_removed"] = "option_removed"
    option: str


class DetailsChanged(Fact):
    """The contractor reported a new name, address or mail (変更の届出)."""

    rule = "HT-30"
    event: Literal["details_changed"] = "details_changed"
    after_the_end = True
    what: tuple[str, ...]


class WatcherAdded(Fact):
    """The contractor designated one more who watches."""

    rule = "HT-19"
    event: Literal["watcher_added"] = "watcher_added"
    watcher: str


class InvitationAccepted(Fact):
    """Somebody of the contract, ``contractor`` or a watcher, has a login from now on."""

    rule = "HT-20"
    event: Literal["invitation_accepted"] = "invitation_accepted"
    after_the_end = True
    person: str


class WatcherLeft(Fact):
    """Somebody watches no longer. ``payment`` is the way to pay from next month on when nobody is
    left who can pay in the app (A-35)."""

    rule = "HT-30"
    event: Literal["watcher_left"] = "watcher_left"
    watcher: str
    payment: Payment = "card"


class PartnerRegistered(Fact):
    """The customer registered with the partner who sends people (利用者登録)."""

    rule = "DC-31"
    event: Literal["partner_registered"] = "partner_registered"


class ItemAdded(Fact):
    """Keys, cards, cameras, contacts were added: what a catalogue limits."""

    rule = "G-06"
    event: Literal["item_added"] = "item_added"
    item: str
    count: PositiveInt = 1


class ItemRemoved(Fact):
    """Keys, cards, cameras, contacts were taken away."""

    rule = "G-06"
    event: Literal["item_removed"] = "item_removed"
    item: str
    count: PositiveInt = 1


# --- how it ends


class CancelAccepted(Fact):
    """The mail that completes a cancellation was delivered (解約受付メール).

    ``applied`` is when the customer asked, given when the delay since then is the company's
    (A-25). ``desired`` is the day the customer wants it to end, where the product takes one.
    """

    rule = "HT-40"
    event: Literal["cancel_accepted"] = "cancel_accepted"
    desired: Moment | None = None
    applied: Moment | None = None


class CancelWithdrawn(Fact):
    """The customer took a cancellation back, and the company agreed, before the contract ended."""

    rule = "HT-40"
    event: Literal["cancel_withdrawn"] = "cancel_withdrawn"


class Terminated(Fact):
    """The company ended the contract. The ground is an article: ``14-1-3``."""

    rule = "HT-36"
    event: Literal["terminated"] = "terminated"
    ground: str = "14"


class ServiceEnded(Fact):
    """The company gave up the service (第30条)."""

    rule = "HT-67"
    event: Literal["service_ended"] = "service_ended"


class Transferred(Fact):
    """The contract went over to a successor of the company (第39条)."""

    rule = "HT-91"
    event: Literal["transferred"] = "transferred"


# --- money


class PaymentFailed(Fact):
    """A month's charge could not be collected. ``known`` is the day on which the company learnt of
    it, where that is a later one: banks answer days after the transfer."""

    rule = "HT-29"
    after_the_end = True
    event: Literal["payment_failed"] = "payment_failed"
    month: MonthBilled
    known: Day | None = None


class NotCollected(Fact):
    """A month's charge was not collected, by no fault of the customer's: it is to be collected
    again, and until then staff has it before their eyes. The customer is not told."""

    rule = "HT-28"
    after_the_end = True
    event: Literal["not_collected"] = "not_collected"
    month: MonthBilled
    reason: Annotated[str, Field(max_length=60)] = ""


class PaymentReminder(Fact):
    """The customer was told that a month is still not paid, and that the service will stop."""

    rule = "HT-34"
    after_the_end = True
    event: Literal["payment_reminder"] = "payment_reminder"
    month: MonthBilled


class Paid(Fact):
    """Money came for a month's invoice: ``amount`` yen of the ``of`` yen it asks for, or all of it
    where that is not said. What is more than it asks for is the customer's."""

    rule = "HT-29"
    after_the_end = True
    event: Literal["paid"] = "paid"
    month: MonthBilled
    amount: Amount | None = None
    of: Yen | None = None
    reference: Reference = ""


class Received(Fact):
    """Money came from the customer for which there is no invoice."""

    rule = "HT-29"
    after_the_end = True
    event: Literal["received"] = "received"
    amount: Amount
    reference: Reference = ""


class PaymentReversed(Fact):
    """Money for a month's invoice went back: the customer disputed a charge, or it was returned."""

    rule = "HT-29"
    after_the_end = True
    event: Literal["payment_reversed"] = "payment_reversed"
    month: MonthBilled
    amount: Amount
    of: Yen | None = None
    cause: Literal["dispute", "refund", "bounced", "mistake"]
    reference: Reference = ""


class WrittenOff(Fact):
    """What is open of a month's invoice is not asked for any more. The invoice stays."""

    rule = "G-07"
    after_the_end = True
    event: Literal["written_off"] = "written_off"
    month: MonthBilled
    amount: Amount | None = None
    of: Yen | None = None
    reason: Reason


class CreditApplied(Fact):
    """What the customer has to get back was set off against a month's invoice, ``overpaid`` yen of
    it from money that came, the rest from credits."""

    rule = "G-07"
    after_the_end = True
    event: Literal["credit_applied"] = "credit_applied"
    month: MonthBilled
    amount: Amount
    of: Yen | None = None
    overpaid: Yen = 0


class Retracted(Fact):
    """Another fact, named by its key, was entered by mistake: it counts no longer."""

    rule = "G-07"
    after_the_end = True
    event: Literal["retracted"] = "retracted"
    fact: Annotated[str, Field(min_length=1, max_length=300)]
    reason: Reason


class BilledElsewhere(Fact):
    """The contract was brought over: its months up to ``until`` were billed before, elsewhere."""

    rule = "G-08"
    event: Literal["billed_elsewhere"] = "billed_elsewhere"
    until: MonthBilled


class BilledWith(Fact):
    """From this month on another contract pays: what this one owes is asked for together with what
    that one does. Without a name it pays for itself again."""

    rule = "AL-09"
    event: Literal["billed_with"] = "billed_with"
    lead: Annotated[str, Field(max_length=60)] = ""


class Credited(Fact):
    """Staff gave money back: a line of its own, never an edit."""

    rule = "G-07"
    after_the_end = True
    event: Literal["credited"] = "credited"
    amount: Amount
    item: str = "credit"
    reason: str
    month: MonthBilled | None = None
    """The month of the sale that it returns, whose tax it has (適格返還請求書)."""


class Refunded(Fact):
    """What was left of credits was paid out, because no invoice will take it up; ``overpaid`` yen
    of it are money that had come. ``of`` is what there was to be given back."""

    rule = "G-07"
    after_the_end = True
    event: Literal["refunded"] = "refunded"
    amount: Amount
    of: Yen | None = None
    overpaid: Yen = 0
    reference: Reference = ""
    reason: str = ""


class InAppPurchase(Fact):
    """A watcher's purchase in the app was completed. After the end it opens nothing (HT-86)."""

    rule = "HT-81"
    needs = "in_app"
    after_the_end = True
    event: Literal["in_app_purchase"] = "in_app_purchase"
    watcher: str
    os: Literal["ios", "android"] | None = None  # else the watcher's


# --- visits, works and devices


class Removed(Fact):
    """The company took the devices away (撤去)."""

    rule = "HF-08"
    needs = "work"
    after_the_end = True
    event: Literal["removed"] = "removed"


class Relocated(Fact):
    """The installer moved a sensor (移設)."""

    rule = "HF-10"
    needs = "work"
    event: Literal["relocated"] = "relocated"
    same_day_same_building: bool = False


class AbsentVisit(Fact):
    """Nobody was there at the agreed time."""

    rule = "HF-13"
    needs = "work"
    after_the_end = True
    event: Literal["absent_visit"] = "absent_visit"
    work: Literal["installation", "removal", "relocation", "repair"] = "installation"


class Replaced(Fact):
    """A device was replaced."""

    rule = "HT-59"
    needs = "equipment"
    event: Literal["replaced"] = "replaced"
    item: Literal["sensor", "wifi_router"]
    cause: Literal["failure", "user", "disaster", "lost"]
    by: Literal["visit", "post"] = "visit"
    """Who visits takes a failed device along; after one sent by post it is to be sent back."""


class Returned(Fact):
    """Lent devices came back. ``broken`` ones are damages."""

    rule = "HT-68"
    needs = "equipment"
    after_the_end = True
    event: Literal["returned"] = "returned"
    item: Part
    count: PositiveInt = 1
    condition: Literal["good", "broken"] = "good"


class NotReturned(Fact):
    """Lent devices did not come back in time."""

    rule = "HT-70"
    needs = "equipment"
    after_the_end = True
    event: Literal["not_returned"] = "not_returned"
    item: Part
    count: PositiveInt = 1


class LeftoversDisposed(Fact):
    """What was found in returned devices, things or data, was disposed of. Nobody is told."""

    rule = "HT-71"
    needs = "equipment"
    after_the_end = True
    event: Literal["leftovers_disposed"] = "leftovers_disposed"
    what: Annotated[str, Field(min_length=1, max_length=200)]


Serial = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]


class StickerLent(Fact):
    """A sticker was lent for the entrance of the contract's home, and for no other place."""

    rule = "AL-42"
    needs = "sticker"
    event: Literal["sticker_lent"] = "sticker_lent"
    serial: Serial


class StickerReturned(Fact):
    """A sticker came back."""

    rule = "AL-42"
    needs = "sticker"
    after_the_end = True
    event: Literal["sticker_returned"] = "sticker_returned"
    serial: Serial


class OperationAgreed(Fact):
    """What the alarm is to be switched with. Each of several will do; ``two_factor`` would ask for
    both together, which cannot be had."""

    rule = "AL-44"
    needs = "operation"
    event: Literal["operation_agreed"] = "operation_agreed"
    by: Annotated[tuple[str, ...], Field(min_length=1)]
    two_factor: bool = False


class Dispatched(Fact):
    """Somebody was to be sent: because of a sensor, or because the customer asked."""

    rule = "AL-01"
    needs = "dispatch"
    event: Literal["dispatched"] = "dispatched"
    cause: Literal["sensor", "request"]
    cancelled: (
        Literal["before_acceptance", "after_acceptance", "false_alarm", "nobody_went"] | None
    ) = None
    case: Reference = ""
    agreed: Yen | None = None
    """The price that the caller was told and agreed to: nobody pays more."""


class DeviceLost(Fact):
    """The customer lost lent devices: one report of so many."""

    rule = "AL-93"
    needs = "loss"
    event: Literal["device_lost"] = "device_lost"
    devices: Annotated[int, Field(gt=0, le=100)] = 1


class DeviceLent(Fact):
    """A device to carry was lent, in a colour; it is never sold."""

    rule = "AL-95"
    needs = "colours"
    event: Literal["device_lent"] = "device_lent"
    colour: Annotated[str, Field(max_length=20)]
    devices: Annotated[int, Field(gt=0, le=100)] = 1


class RepairAsked(Fact):
    """A lent device does not work: it is repaired or exchanged, which takes weeks (AL-96)."""

    rule = "AL-94"
    needs = "repair"
    event: Literal["repair_asked"] = "repair_asked"
    cause: Literal["failure", "battery", "theft", "lost", "damage"]
    devices: Annotated[int, Field(gt=0, le=100)] = 1


class MigrationOffered(Fact):
    """It is this customer's turn to be led over to the plan that follows (順次ご案内)."""

    rule = "AL-101"
    needs = "migration"
    event: Literal["migration_offered"] = "migration_offered"


class Migrated(Fact):
    """The customer took what was offered: the plan that follows holds from next month."""

    rule = "AL-101"
    needs = "migration"
    event: Literal["migrated"] = "migrated"


class Forwarded(Fact):
    """What was in the mailbox was sent on, at cost."""

    rule = "AL-83"
    needs = "forwarding"
    event: Literal["forwarded"] = "forwarded"
    actual_cost: Yen
    case: Reference = ""


class HomeVisited(Fact):
    """Somebody was at the home while its people were away: a patrol, or to let air and water in."""

    rule = "AL-84"
    needs = "visits"
    event: Literal["home_visited"] = "home_visited"
    visit: Literal["patrol", "ventilation"]
    case: Reference = ""
    made: bool = True  # False: it turned out that nobody was there


AnyFact = Annotated[
    Applied
    | Accepted
    | RefusedApplication
    | Installed
    | ContactAsked
    | Contacted
    | Started
    | Paused
    | PauseExtended
    | Resumed
    | Suspended
    | SuspensionLifted
    | PlanChanged
    | PaymentChanged
    | OptionAdded
    | OptionRemoved
    | DetailsChanged
    | WatcherAdded
    | InvitationAccepted
    | WatcherLeft
    | PartnerRegistered
    | ItemAdded
    | ItemRemoved
    | CancelAccepted
    | CancelWithdrawn
    | Terminated
    | ServiceEnded
    | Transferred
    | PaymentFailed
    | NotCollected
    | PaymentReminder
    | Paid
    | Received
    | PaymentReversed
    | WrittenOff
    | CreditApplied
    | Retracted
    | BilledElsewhere
    | BilledWith
    | Credited
    | Refunded
    | InAppPurchase
    | Removed
    | Relocated
    | AbsentVisit
    | Replaced
    | Returned
    | NotReturned
    | LeftoversDisposed
    | StickerLent
    | StickerReturned
    | OperationAgreed
    | Dispatched
    | DeviceLost
    | DeviceLent
    | RepairAsked
    | MigrationOffered
    | Migrated
    | InstallationPlanned
    | Forwarded
    | HomeVisited,
    Field(discriminator="event"),
]
