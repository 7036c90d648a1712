"""What a home keeps with the service beside its controller: whom to call, and what helpers must
know (緊急連絡者名簿, AL-48)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lambdas.shared.household import AlarmContact, AlarmFile

MOST_CONTACTS = 10

Phone = Annotated[str, Field(min_length=3, max_length=20, pattern=r"^[0-9+\-() ]+$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]


class Model(BaseModel):
    """Base of what is stored: never changed, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(Model):
    """Somebody who is phoned, in the order of the list (AL-54)."""

    name: Name
    phone: Phone
    relation: str = Field("", max_length=30)


class Resident(Model):
    """Somebody who lives there (同居家族)."""

    name: Name
    relation: str = Field("", max_length=30)


class Medical(Model):
    """What an ambulance crew is told (救急情報, AL-06)."""

    name: Name
    illnesses: str = Field("", max_length=500)
    hospital: str = Field("", max_length=200)
    doctor: Contact | None = None
    note: str = Field("", max_length=500)


class HomeFile(Model):
    """The file of a home. ``version`` counts its changes."""

    version: int = 0
    phone: str = Field("", max_length=20, pattern=r"^[0-9+\-() ]*$")
    password: str = ""  # a slow hash (lambdas/shared/secrets.py)
    contacts: tuple[Contact, ...] = Field((), max_length=MOST_CONTACTS)
    residents: tuple[Resident, ...] = Field((), max_length=20)
    medical: tuple[Medical, ...] = Field((), max_length=10)
    quiet: tuple[str, ...] = ()  # keys and codes whose everyday use nobody is told of
    home_areas: tuple[str, ...] = ()  # what is armed in 在宅 from afar (エリア設定); empty: all

    def published(self, home: str, keys: tuple[str, ...]) -> AlarmFile:
        """What the centre needs of it; ``keys``: the names of those who have a key."""
        residents = (one.name for one in self.residents)
        contacts = (one.name for one in self.contacts)
        return AlarmFile(
            home=home,
            version=str(self.version),
            phone=self.phone,
            password=self.password,
            names=tuple(dict.fromkeys([*residents, *contacts, *keys])),
            contacts=tuple(AlarmContact(**one.model_dump()) for one in self.contacts),
        )
