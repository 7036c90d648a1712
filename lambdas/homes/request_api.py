"""HTTP routes: what is kept of a home or a person is disclosed, or erased (HT-88)."""

from typing import Annotated, NamedTuple

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.homes.problems import TEXTS
from lambdas.homes.request_service import RequestService
from lambdas.homes.request_store import PartStore, RequestStore
from lambdas.homes.requests import CONTEXTS, NotErased, Request, What, of_home, of_person
from lambdas.shared.access import authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Home
from lambdas.shared.personal_data import Erased
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load

STAFF = frozenset({"admin", "billing"})
"""Who takes requests that come by letter or telephone, and agrees to erasures."""


class RequestSettings(Settings):
    """What the function needs."""

    directory_table: str
    homes_table: str
    disclosures_bucket: str
    event_bus: str


app = http.resolver(TEXTS)
handler = http.entry(app)

HomeId = Annotated[str, Path(description="Home")]


class DisclosedFile(BaseModel):
    """A file of a disclosure, with a link that is good for ten minutes."""

    name: str
    size: int = Field(description="Bytes")
    url: str


class DisclosureView(BaseModel):
    """What is kept of a home or a person; the files are there for seven days."""

    id: str
    asked_at: AwareDatetime
    complete: bool = Field(description="Whether all parts are there")
    files: list[DisclosedFile]


class Disclosures(BaseModel):
    """The disclosures of the last days, the newest first."""

    disclosures: list[DisclosureView]


class ErasureView(BaseModel):
    """What is kept of somebody is to be erased, or was."""

    id: str
    home: str
    person: str
    reason: str
    asked_by: str
    asked_at: AwareDatetime
    agreed_by: str
    agreed_at: AwareDatetime | None
    complete: bool
    done: list[Erased] = Field(description="What each context erased, and what the law keeps")


class Erasures(BaseModel):
    """Erasures: of somebody, or all that wait for a second person."""

    erasures: list[ErasureView]


class DataRequest(BaseModel):
    """Whose data: of a home, or of a person; and who wanted it, in words."""

    home: str = Field("", max_length=100)
    person: str = Field("", max_length=100, description="A login's subject")
    reason: str = Field(min_length=1, max_length=500)


class At(NamedTuple):
    """What a request has to do with."""

    directory: Directory
    store: RequestStore
    parts: PartStore
    service: RequestService


def at() -> At:
    """For the request at hand."""
    settings = load(RequestSettings)
    directory = Directory(settings.directory_table)
    store = RequestStore(settings.homes_table)
    service = RequestService(directory, store, settings.event_bus)
    return At(directory, store, PartStore(settings.disclosures_bucket), service)


# --- the contractor


@app.post("/homes/<home>/disclosures", summary="Ask for what is kept", tags=["Personal data"])
def ask_disclosure(home: HomeId) -> DisclosureView:
    who, here = http.caller(app), at()
    grant = authorize(here.directory.home(home), who.person, "manage", who.now)
    return _disclosed(here, here.service.of_home(grant.home, "disclosure", who.person, "", who.now))


@app.get("/homes/<home>/disclosures", summary="What was asked for", tags=["Personal data"])
def list_disclosures(home: HomeId) -> Disclosures:
    who, here = http.caller(app), at()
    authorize(here.directory.home(home), who.person, "manage", who.now)
    return _disclosures(here, of_home(home))


# --- everybody, of themselves


@app.post("/me/disclosures", summary="Ask for what is kept of me", tags=["Personal data"])
def ask_my_disclosure() -> DisclosureView:
    who, here = http.caller(app), at()
    return _disclosed(
        here, here.service.of_person(who.person, "disclosure", who.person, "", who.now)
    )


@app.get("/me/disclosures", summary="What I asked for", tags=["Personal data"])
def list_my_disclosures() -> Disclosures:
    return _disclosures(at(), of_person(http.caller(app).person))


# --- staff


@app.post("/staff/disclosures", summary="Disclose, by letter", tags=["Personal data"])
def staff_discloses(asked: DataRequest) -> DisclosureView:
    who, here = http.member_of(app, STAFF, "staff-only"), at()
    return _disclosed(here, _asked(here, asked, "disclosure", who), pictures=False)


@app.post("/staff/erasures", summary="Want something erased", tags=["Personal data"])
def ask_erasure(asked: DataRequest) -> ErasureView:
    who, here = http.member_of(app, STAFF, "staff-only"), at()
    return _erased(here, _asked(here, asked, "erasure", who))


@app.get("/staff/erasures", summary="Erasures", tags=["Personal data"])
def list_erasures(
    home: Annotated[str, Query(max_length=100)] = "",
    person: Annotated[str, Query(max_length=100)] = "",
) -> Erasures:
    http.member_of(app, STAFF, "staff-only")
    here = at()
    of = of_home(home) if home else of_person(person) if person else ""
    found = here.store.requests(of) if of else here.store.open()
    return Erasures(erasures=[_erased(here, one) for one in found if one.what == "erasure"])


@app.post("/staff/erasures/<id>/agreement", summary="Agree to it", tags=["Personal data"])
def agree_to_erasure(id: Annotated[str, Path()]) -> ErasureView:
    who, here = http.member_of(app, STAFF, "staff-only"), at()
    request = _known(here, id)
    if request is None:
        raise Problem(404, "not-found")
    try:
        return _erased(here, here.service.agree(request, who.person, who.now))
    except NotErased as refused:
        raise Problem(409, refused.why, rule="HT-88") from refused


def _known(here: At, id: str) -> Request | None:
    """The erasure of this id, whoever it is about: the id ends with their name."""
    whose = id.partition("-erasure-")[2]
    for of in (of_home(whose), of_person(whose)):
        if found := here.store.request(of, id):
            return found
    return None


def _asked(here: At, asked: DataRequest, what: What, who: http.Caller) -> Request:
    try:
        if asked.person and not asked.home:
            return here.service.of_person(asked.person, what, who.person, asked.reason, who.now)
        return here.service.of_home(
            _home(here, asked.home), what, who.person, asked.reason, who.now
        )
    except NotErased as refused:
        raise Problem(409, refused.why, rule="HT-88") from refused


def _home(here: At, home: str) -> Home:
    found = here.directory.home(home) if home else None
    if found is None:
        raise Problem(404, "not-found")
    return found


def _disclosures(here: At, of: str) -> Disclosures:
    found = [one for one in here.store.requests(of) if one.what == "disclosure"]
    return Disclosures(disclosures=[_disclosed(here, one) for one in found])


def _disclosed(here: At, request: Request, *, pictures: bool = True) -> DisclosureView:
    """A disclosure; to staff, who sends it by letter, without pictures, which are the family's
    (AL-69)."""
    files = [
        one for one in here.parts.files(request.place) if pictures or one.name.endswith(".json")
    ]
    return DisclosureView(
        id=request.id,
        asked_at=request.asked_at,
        complete={f"{one}.json" for one in CONTEXTS} <= {file.name for file in files},
        files=[DisclosedFile(name=one.name, size=one.size, url=one.url) for one in files],
    )


def _erased(here: At, request: Request) -> ErasureView:
    said = [here.parts.said(request.place, one) for one in CONTEXTS] if request.begun else []
    done = [Erased.model_validate(one) for one in said if one]
    return ErasureView(
        id=request.id,
        home=request.subject.home,
        person=request.subject.persons[0] if not request.subject.home else "",
        **request.model_dump(include={"reason", "asked_by", "asked_at", "agreed_by", "agreed_at"}),
        complete=len(done) == len(CONTEXTS),
        done=done,
    )
