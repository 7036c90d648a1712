"""The terms of a product: what a catalogue file may say. Every figure names its rule.

``Terms`` is a product's plan during one version of its prices. A part a product does not have is
absent. Where products behave differently, the behaviour has a name here (``kind``) and its function
in the module that uses it.
"""

from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from lambdas.shared.calendar import days_after, days_from, months_after, months_from
from lambdas.shared.events import Sentence
from lambdas.shared.money import with_tax

RuleId = Annotated[str, StringConstraints(pattern=r"^(G|DC|DL|AL|HT|HF|S|A)-\d+$")]
Site = Literal["dwelling", "shop"]
Cause = Literal["theft", "break_in", "fire", "disaster"]
Region = Literal["east", "tokyo", "west"]
Prefecture = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|[1-3]\d|4[0-7])$")]
"""A prefecture (都道府県) by its number in JIS X 0401: 13 is Tokyo."""

Part = Literal["sensor", "wifi_router", "relay_router"]
"""What is installed in a home. A relay router serves where there is Internet already (HT-02)."""


class Model(BaseModel):
    """Base of all terms: what is misspelt is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Term(Model):
    """Anything with a rule. ``parameter`` names what the seeds leave open: it may be overridden."""

    rule: RuleId
    parameter: str | None = None
    why: str | None = None
    """A reading that somebody might doubt, said in the catalogue."""


class Price(Term):
    """An amount. ``net`` amounts are printed without tax; all others have it in them (G-05)."""

    yen: int = Field(ge=0)
    net: bool = False

    def on(self, rate: Fraction) -> int:
        """What a customer pays under a tax rate."""
        return with_tax(self.yen, rate) if self.net else self.yen


class Period(Term):
    """A length of time: days or months."""

    days: PositiveInt | None = None
    months: PositiveInt | None = None

    def counted_from(self, first: date) -> date:
        """Its last day when ``first`` is its first (G-03)."""
        return months_from(first, self.months) if self.months else days_from(first, self.days or 0)

    def after(self, day: date) -> date:
        """Its last day when ``day`` is not counted (G-02)."""
        return months_after(day, self.months) if self.months else days_after(day, self.days or 0)


class Limit(Term):
    """At most so many of some things together."""

    at_most: PositiveInt
    of: tuple[str, ...]


class Names(Term):
    """A choice of names."""

    names: tuple[str, ...]


class Areas(Term):
    """Prefectures where something is not to be had."""

    prefectures: tuple[Prefecture, ...]


class PaymentTerms(Names):
    """The ways to pay: ``card``, ``bank_transfer``, ``in_app``; and whose money is not taken."""

    refused_funding: tuple[Literal["debit", "prepaid"], ...] = ()
    """Kinds of cards that are refused, by where their money comes from."""

    personal_only: bool = False
    """No cards of companies."""

    transfer_only_without_card: bool = False
    """Bank transfer is for those who have no card."""

    not_in: dict[str, Areas] = {}
    """Ways to pay that are not available everywhere."""


class Start(Term):
    """The fact that begins the service."""

    fact: Literal["applied", "started"]


class MonthlyFee(Model):
    """The fee of a month."""

    price: Price
    in_app: Price | None = None
    """The part our invoice shows when the rest is paid in the app."""

    first: "FirstMonth"
    part_months: "PartMonths"


class FirstMonth(Term):
    """The first month with a fee."""

    kind: Literal["of_start", "after_start"]


class PartMonths(Term):
    """The fee of the months in which the service starts and ends."""

    kind: Literal["whole", "by_day"]


class Channel(Term):
    """A way to apply."""

    needs_line: bool = False
    opens: date | None = None
    numbers: tuple[str, ...] = ()
    """Where to call."""


class Need(Names):
    """What has to be there where the service is to run: one of these things. ``option`` of the
    product serves instead."""

    option: str = ""


class Works(Model):
    """When the company installs (AL-57); how building works and wishes change that (AL-103)."""

    within: Period
    wishes: Term


class Repair(Model):
    """Repair or exchange of a lent device (AL-94): free for the causes that are covered."""

    covered: Names
    fee: Price
    lost: Term
    """What is lost or stolen is no matter of repair."""


class Migration(Term):
    """Who has the plan is led over to another, one after the other (AL-101)."""

    to: str


class MonthEnd(Term):
    """Notice up to the cut-off day ends the contract with the month, later notice with the next."""

    kind: Literal["month_end"]
    cut_off_day: int = Field(ge=1, le=31)


class SameDay(Term):
    """Notice ends the contract at once."""

    kind: Literal["same_day"]


class DesiredDate(Term):
    """The contract ends on the day the customer asks for, in writing; during the minimum term not
    before ``notice`` has passed."""

    kind: Literal["desired_date"]
    notice: Period | None = None


Cancellation = Annotated[MonthEnd | SameDay | DesiredDate, Field(discriminator="kind")]


class MinimumTerm(Model):
    """How long a contract binds, and what leaving it costs."""

    period: Period
    renewal: Period | None = None
    early_termination_fee: Price
    applies_to: tuple[str, ...]
    """The endings that cost: ``cancelled``, ``terminated``, or one ground ``terminated:14``."""


class Pause(Model):
    """Pausing the service (一時休止)."""

    months: "MonthRange"
    extensions: Limit
    procedure_fee: Price
    storage_fee: Price
    rental_fee: Price | None = None
    resume_on_first: "ResumeOnFirst"
    review: Limit
    """So many applications within twelve months; with more a person looks at them."""


class MonthRange(Term):
    """Whole months, so many at least and at most."""

    at_least: PositiveInt
    at_most: PositiveInt


class ResumeOnFirst(Term):
    """The fee of a month on whose first day the service resumes by itself (A-31)."""

    kind: Literal["literal", "charge"]


class Instalments(Model):
    """Equipment paid for month by month, and the settlement of what is left."""

    amount: Price
    count: Limit
    remainder: Term
    discount: Price
    applies_to: tuple[str, ...]


class Dispatch(Model):
    """Sending a guard: price by cause, and the cancellations that make it free."""

    sensor: Price | None = None
    request: Price | None = None
    free_when: Names
    never: dict[Literal["sensor", "request"], Term] = {}
    """Causes for which nobody is sent."""


class Visits(Model):
    """Going to a home whose people are away: the price of each kind of visit."""

    patrol: Price
    ventilation: Price


class Work(Model):
    """Visits and works."""

    removed: Price
    relocated_same_day_same_building: Price
    relocated: Price
    absent_visit: Price
    before_start: Term
    """Works before the service began cost nothing."""


class Replacement(Model):
    """A broken or lost device replaced at the customer's cost."""

    device: Price
    work: Price


class Equipment(Model):
    """What stands in a home, whose it is, and what is owed for it."""

    kit: dict[Part, PositiveInt]
    """What is installed unless the installer says otherwise."""

    lent: tuple[Part, ...]
    lent_rule: RuleId
    return_within: Period
    damages: dict[Part, Price]
    replacement: dict[Part, Replacement]
    warranty: Period
    free_lent: Names
    """Causes for which a lent device is replaced without charge."""

    free_owned: Names
    """Causes covered by the warranty of a device the customer owns."""


class Loss(Model):
    """A lent device lost by the customer."""

    device: Price
    procedure_fee: Price


class Claim(Term):
    """Money paid to a customer after a loss: up to an amount, or always the same."""

    kind: Literal["cap", "flat"]
    yen: PositiveInt
    sites: tuple[Site, ...] = ("dwelling",)
    causes: tuple[Cause, ...] = ()
    """What it is paid for; whatever the cause when there is none."""


class Entitlement(Term):
    """A service within the contract."""

    feature: str
    needs: Literal["partner_registration"] | None = None
    option: str | None = None
    """The option one has to take for it."""

    opens: date | None = None


class Statement(Term):
    """Something a customer has to know, before and while the contract runs."""

    said: Sentence
    on_invoice: bool = False


class Contact(Term):
    """Where to call about something: one number, or one for each region."""

    about: Sentence
    number: str = ""
    numbers: dict[Region, str] = {}
    feature: str = ""
    """Only for who may use this service now."""

    contractor_only: bool = False
    """Nobody else may ask there, so nobody else is told."""

    along_with: tuple[str, ...] = ()
    """Only for customers who also have one of these products."""


class HouseContact(Contact):
    """Where everybody may call, whatever they have (``contacts.yaml``)."""

    products: tuple[str, ...] = ()
    """The products in whose contracts it is shown, too."""


class CameraModel(Term):
    """A camera one can have."""

    name: Sentence
    turns: bool  # パン・チルト


class Reference(Term):
    """An article's number that points nowhere: as it is printed, and as it is read (A-23)."""

    place: str
    printed: str
    meant: str


class Miles(Term):
    """Whether a product earns miles."""

    program: str
    earns: bool


class PlanChange(Term):
    """The plans one may change to, from the next month."""

    to: tuple[str, ...]


class Collection(Model):
    """What happens when a payment fails (S-4): each step so many days after the one before.
    ``least`` is the time to pay that is left, at least, to whoever is told of it late."""

    due: Period
    least: Period
    notice: Period
    suspension: Period
    cure: Period


class Terms(Model):
    """A plan of a product during one version."""

    starts: Start
    payments: PaymentTerms
    monthly_fee: MonthlyFee
    cancellation: Cancellation
    collection: Collection
    channels: dict[str, Channel] = {}
    trial: Period | None = None
    initial_fees: dict[str, Price] = {}
    monthly_extras: dict[str, Price] = {}
    minimum_term: MinimumTerm | None = None
    pause: Pause | None = None
    instalments: Instalments | None = None
    dispatch: Dispatch | None = None
    work: Work | None = None
    equipment: Equipment | None = None
    loss: Loss | None = None
    forwarding: Term | None = None
    visits: Visits | None = None
    in_app: Price | None = None
    plan_change: PlanChange | None = None
    termination_grounds: Names | None = None
    refusal_grounds: Names | None = None
    limits: tuple[Limit, ...] = ()
    claim: Claim | None = None
    entitlements: tuple[Entitlement, ...] = ()
    options: dict[str, Price] = {}
    statements: dict[str, Statement] = {}
    contacts: dict[str, Contact] = {}
    camera_models: dict[str, CameraModel] = {}
    references: tuple[Reference, ...] = ()
    miles: Miles | None = None
    sticker: Term | None = None
    """A sticker with a number of its own is lent for the entrance."""

    operation: Names | None = None
    """What the alarm is switched with, one or the other."""

    needs: tuple[Need, ...] = ()
    only_in_japan: Term | None = None
    camera_site: Term | None = None
    """Somebody comes because of a camera: where it stands is looked at (AL-70, AL-78, AL-79)."""

    explanation: Term | None = None
    """The contract is explained to the contractor, or to a proxy with papers."""

    works: Works | None = None
    colours: Names | None = None
    repair: Repair | None = None
    migration: Migration | None = None
    together: Term | None = None
    """Contracts of its flats are billed with it (AL-09)."""

    notices: "Notices | None" = None
    installation: "Installation | None" = None


class Notices(Model):
    """How long ahead a customer is told."""

    price_change: Period
    service_end: Period


class Installation(Model):
    """How patient the company is about the installation (HT-36 (6))."""

    contact: Period
    absences: Limit
