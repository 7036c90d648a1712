"""A home that people are sent to: where it is, and what was found when it was surveyed."""

from pydantic import AwareDatetime, Field

from lambdas.dispatch.casework.facts import Model
from lambdas.dispatch.casework.place import Place


class Site(Model):
    """A home as staff surveyed it (現地調査). What is not known yet is None."""

    name: str = Field(min_length=1, max_length=60)  # as on the nameplate
    phone: str = Field("", max_length=20)
    address: str = Field(min_length=1, max_length=200)
    place: Place
    served: bool | None = None  # not on one of the islands or mountains that are left out (AL-88)
    electricity: bool | None = None  # can be used there (AL-90)
    note: str = Field("", max_length=500)


class Surveyed(Model):
    """A site, by whom and when it was written down (G-07)."""

    site: Site
    by: str
    at: AwareDatetime


class Guest(Model):
    """Whoever a case is for: the contractor, as far as one knows how to reach them."""

    person: str  # the login's subject
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field("", max_length=20)
