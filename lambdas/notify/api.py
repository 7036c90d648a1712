"""HTTP routes: the caller, their settings, their phones that are told, and when they are left
alone."""

from datetime import datetime, time
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lambdas.notify import phones, push_key_store
from lambdas.notify.phone_store import PhoneStore, TooManyPhones
from lambdas.notify.phones import Phone, Way
from lambdas.notify.policy import PICTURE_MAIL
from lambdas.notify.problems import TEXTS
from lambdas.notify.quiet import MUTED_FOR, Hours, Quiet
from lambdas.notify.quiet_store import QuietStore
from lambdas.notify.store import Store, address_key
from lambdas.shared.access import Requirement, authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Language, Role
from lambdas.shared.problems import Problem, Text
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    notices_table: str
    directory_table: str
    push_key_parameter: str  # the public half of the operator's key


app = http.resolver(TEXTS)
handler = http.entry(app)


class HomeOf(BaseModel):
    """A home the caller belongs to."""

    id: str
    name: str
    role: Role


class Me(BaseModel):
    """The caller."""

    id: str
    name: str
    email: str
    language: Language
    homes: list[HomeOf]
    groups: list[str]  # of staff; empty for families


class MyChange(BaseModel):
    """What the caller may change of their settings."""

    language: Language


@app.get("/me", summary="Who I am", tags=["Me"])
def get_me() -> Me:
    who = http.caller(app)
    settings = load(ApiSettings)
    directory = Directory(settings.directory_table)
    homes = [home for id in directory.homes_of(who.person) if (home := directory.home(id))]
    entries = [(home, home.member(who.person)) for home in homes]
    mine = [(home, member) for home, member in entries if member]
    claims = app.current_event.request_context.authorizer.jwt_claim
    return Me(
        id=who.person,
        name=mine[0][1].name if mine else "",
        email=str(claims.get("email", "")),
        language=Store(settings.notices_table).language(who.person),
        homes=[HomeOf(id=home.id, name=home.name, role=member.role) for home, member in mine],
        groups=sorted(http.groups(app)),
    )


@app.patch("/me", summary="Change my settings", tags=["Me"])
def change_me(change: MyChange) -> Me:
    Store(load(ApiSettings).notices_table).speak(http.caller(app).person, change.language)
    return get_me()


class PhoneChange(BaseModel):
    """A browser's subscription to Web Push."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(min_length=10, max_length=1000)
    p256dh: str = Field(min_length=80, max_length=100)
    auth: str = Field(min_length=20, max_length=30)
    name: str = Field(min_length=1, max_length=60)


class PhoneView(BaseModel):
    """A browser that is told."""

    id: str
    name: str
    added_at: datetime
    seen_at: datetime  # when the page was opened there last


class PhonesView(BaseModel):
    """How the caller is told beside mail."""

    key: str
    """What browsers subscribe with; empty where the operator tells nobody by push."""

    way: Way
    """How what is not urgent is told."""

    phones: list[PhoneView]


class WayChange(BaseModel):
    """How what is not urgent is told."""

    model_config = ConfigDict(extra="forbid")

    way: Way


PHONE = Annotated[str, Path(description="Phone", pattern="^[0-9a-f]{24}$")]


def _phones() -> PhoneStore:
    return PhoneStore(load(ApiSettings).notices_table)


@app.get("/me/phones", summary="My phones that are told", tags=["Me"])
def get_phones() -> PhonesView:
    person, store = http.caller(app).person, _phones()
    return PhonesView(
        key=push_key_store.public_key(load(ApiSettings).push_key_parameter),
        way=store.way(person),
        phones=[
            PhoneView(id=one.id, name=one.name, added_at=one.added_at, seen_at=one.seen_at)
            for one in store.phones(person)
        ],
    )


@app.patch("/me/phones", summary="Choose how I am told what is not urgent", tags=["Me"])
def choose_way(change: WayChange) -> PhonesView:
    _phones().choose(http.caller(app).person, change.way)
    return get_phones()


@app.put("/me/phones", summary="Tell this phone, or renew it", tags=["Me"])
def put_phone(change: PhoneChange) -> PhonesView:
    who = http.caller(app)
    if not phones.is_push_service(change.endpoint):
        raise Problem(422, "not-a-phone")
    if not phones.are_keys(change.p256dh, change.auth):
        raise Problem(422, "not-a-phone")
    try:
        _phones().keep(
            who.person,
            Phone(
                id=phones.id_of(change.endpoint),
                **change.model_dump(),
                added_at=who.now,
                seen_at=who.now,
            ),
        )
    except TooManyPhones:
        raise Problem(409, "too-many-phones", limit=phones.MOST) from None
    return get_phones()


@app.delete("/me/phones/<phone>", summary="Tell a phone no more", tags=["Me"], status_code=204)
def delete_phone(phone: PHONE) -> None:
    _phones().remove(http.caller(app).person, phone)


MailAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
MOST_ADDRESSES = 5
_PICTURES = Requirement(PICTURE_MAIL, Text("写真つきメール", "mails with pictures"), rule="AL-69")


class PictureMail(BaseModel):
    """To where the pictures of a home's cameras are mailed: nowhere, until the customer says so."""

    model_config = ConfigDict(extra="forbid")

    addresses: list[MailAddress] = Field(max_length=MOST_ADDRESSES)


@app.get(
    "/homes/<home>/picture-mail",
    summary="To where pictures are mailed (AL-69)",
    tags=["Notices"],
)
def get_picture_mail(home: Annotated[str, Path(description="Home")]) -> PictureMail:
    return PictureMail(addresses=list(_pictures_of(home)[0].picture_addresses(home)))


@app.put(
    "/homes/<home>/picture-mail",
    summary="Say to where pictures are mailed (AL-69)",
    description="The contractor's alone. All addresses anew; none with an empty list.",
    tags=["Notices"],
)
def put_picture_mail(
    home: Annotated[str, Path(description="Home")], wanted: PictureMail
) -> PictureMail:
    store, who = _pictures_of(home)
    addresses = list(dict.fromkeys(wanted.addresses))
    for one in addresses:
        store.speak(address_key(one), who.language)
    store.mail_pictures_to(home, addresses)
    return PictureMail(addresses=addresses)


def _pictures_of(home: str) -> tuple[Store, http.Caller]:
    settings, who = load(ApiSettings), http.caller(app)
    known = Directory(settings.directory_table).home(home)
    authorize(known, who.person, "manage", who.now, _PICTURES)
    return Store(settings.notices_table), who


# --- left alone

CLOCK = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["22:00"])]


class QuietHours(BaseModel):
    """Hours of every day, by the clock of the home (Japan); they may go past midnight."""

    model_config = ConfigDict(extra="forbid")

    start: CLOCK
    end: CLOCK

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end are the same: no hours, or all of them?")
        return self


class QuietView(BaseModel):
    """When the caller is not told what can wait. What is urgent is always told."""

    hours: QuietHours | None
    muted_until: datetime | None
    until: datetime | None
    """When this ends, if it is so now."""

    held: int
    """Notices that wait for the caller; they are told together, once, when it ends."""


class QuietChange(BaseModel):
    """The caller's quiet hours; null for none."""

    model_config = ConfigDict(extra="forbid")

    hours: QuietHours | None


def _quiet_store() -> QuietStore:
    return QuietStore(load(ApiSettings).notices_table)


@app.get("/me/quiet", summary="When I am left alone", tags=["Me"])
def get_quiet() -> QuietView:
    who, store = http.caller(app), _quiet_store()
    quiet = store.quiet(who.person)
    muted = quiet.muted_until if quiet.muted_until and who.now < quiet.muted_until else None
    hours = quiet.hours and QuietHours(
        start=f"{quiet.hours.start:%H:%M}", end=f"{quiet.hours.end:%H:%M}"
    )
    return QuietView(
        hours=hours,
        muted_until=muted,
        until=quiet.until("quiet", who.now),
        held=len(store.held(who.person)),
    )


def _leave_alone(quiet: Quiet) -> QuietView:
    _quiet_store().choose(http.caller(app).person, quiet)
    return get_quiet()


@app.put("/me/quiet", summary="Choose my quiet hours", tags=["Me"])
def choose_quiet(change: QuietChange) -> QuietView:
    before = _quiet_store().quiet(http.caller(app).person)
    hours = None
    if change.hours:
        start, end = map(time.fromisoformat, (change.hours.start, change.hours.end))
        hours = Hours(start, end)
    return _leave_alone(before._replace(hours=hours))


@app.put("/me/quiet/mute", summary="Leave me alone for an hour", tags=["Me"])
def mute() -> QuietView:
    who = http.caller(app)
    before = _quiet_store().quiet(who.person)
    return _leave_alone(before._replace(muted_until=who.now + MUTED_FOR))


@app.delete("/me/quiet/mute", summary="Tell me again", tags=["Me"])
def unmute() -> QuietView:
    before = _quiet_store().quiet(http.caller(app).person)
    return _leave_alone(before._replace(muted_until=None))
