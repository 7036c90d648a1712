"""Notices: what any context wants people to be told. ``lambdas/notify`` finds the people, the
language and the words."""

from typing import Annotated, ClassVar, Literal, NewType

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lambdas.shared.events.base import Event, Sentence

NoticeKind = NewType("NoticeKind", str)
"""``<catalogue>.<name>``: its words stand in ``lambdas/notify/catalogue/<catalogue>.yaml``. Written
as ``NoticeKind("<catalogue>.<name>")`` with the text itself inside, which is how
tests/unit/notify/test_catalogue.py finds every kind that code can emit."""


class _Audience(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contractor(_Audience):
    """The contractor of a contract, whether or not they have a login or a home."""

    to: Literal["contractor"] = "contractor"
    contract: str


class Members(_Audience):
    """Everybody who belongs to a home."""

    to: Literal["members"] = "members"
    home: str


class Person(_Audience):
    """One person who belongs to a home, by their login's subject."""

    to: Literal["person"] = "person"
    home: str
    person: str


class Invited(_Audience):
    """Whoever is invited to a contract and has not accepted yet: nobody is told of anything but
    the invitation itself."""

    to: Literal["invited"] = "invited"
    contract: str
    invitation: str


class PictureAddresses(_Audience):
    """The addresses to which a customer has the pictures of a home mailed (AL-69)."""

    to: Literal["picture-addresses"] = "picture-addresses"
    home: str


class StaffGroup(_Audience):
    """A group of staff, who read one address together (``NoticeSettings.staff``)."""

    to: Literal["staff"] = "staff"
    group: str


class PhonesOf(_Audience):
    """The phones of somebody at work, by their login's subject: they have no address of mail here,
    and whoever sends this has another way where no phone shows it."""

    to: Literal["phones"] = "phones"
    person: str


Audience = Annotated[
    Contractor | Members | Person | Invited | PictureAddresses | StaffGroup | PhonesOf,
    Field(discriminator="to"),
]


class Notice(Event):
    """Something that people are to be told by mail or phone: each person once an ``id``.

    It names people by ids and carries no address: the bus archives events for a month.
    """

    source: ClassVar[str] = "mimamori.notices"

    id: str
    kind: NoticeKind
    rule: str  # by which they are told
    at: AwareDatetime
    audience: Audience
    home: str | None = None
    subject: str = ""  # the contract, case or device that it is about; none of them for a run
    until: AwareDatetime | None = None  # after which it need not come up on a phone any more
    urgent: bool = False  # overtakes what is not, such as a month's invoices
    values: dict[str, str | int | Sentence] = Field(default_factory=dict)
    picture: str = ""  # the object of a JPEG that is in the mail, in the bucket of pictures
