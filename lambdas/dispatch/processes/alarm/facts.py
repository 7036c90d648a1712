"""What can happen in the case of an alarm (AL-01), from the signal to the report."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from lambdas.dispatch.assignment.facts import OF_AN_ASSIGNMENT, Escalation, ResultTold
from lambdas.dispatch.casework.facts import EVERYWHERE, Fact, Model
from lambdas.dispatch.processes.sites.report import SiteCorrected, SiteReported
from lambdas.dispatch.processes.sites.site import Guest, Site
from lambdas.shared.centres import Centre
from lambdas.shared.events import AlarmKind, GuardMode, Sentence
from lambdas.shared.household import AlarmFile


class AlarmEscalation(Escalation):
    """How long each may take when a home raises an alarm."""

    confirm_minutes: int = Field(2, ge=1)  # the home is called (AL-19)
    contact_minutes: int = Field(2, ge=1)  # one emergency contact is called (AL-54)
    authority_minutes: int = Field(2, ge=1)  # 110 or 119 is called (AL-01)
    inform_minutes: int = Field(3, ge=1)  # a signal for which nobody is sent is looked at


class Signal(Model):
    """What a guarded home said."""

    id: str
    area: str
    area_name: str
    sensor: str
    kind: AlarmKind
    what: Sentence  # the kind in words
    mode: GuardMode
    sold: bool  # somebody is sent for it (AL-02, AL-03)
    at: AwareDatetime


class AlarmOpened(Fact):
    """A signal that needs a person, with what the centre knows of the home as it was then."""

    event: Literal["alarm_raised"] = "alarm_raised"
    rule: str = "AL-01"
    slot: str  # one incident of an area is one case, and one of a pendant away from home
    contract: str
    product: str
    home: str
    home_name: str
    contractor: Guest
    signal: Signal
    target: Site | None  # None: nobody has surveyed the home
    file: AlarmFile
    centre: Centre | None = None  # that looks after the home (AL-21)
    escalation: AlarmEscalation


class SignalJoined(Fact):
    """Another signal of the same incident."""

    event: Literal["signal_joined"] = "signal_joined"
    rule: str = "AL-01"
    signal: Signal


class Confirmed(Fact):
    """The home was called (AL-19): what was said, or that nobody answered in time."""

    event: Literal["confirmed"] = "confirmed"
    rule: str = "AL-19"
    outcome: Literal["mistake", "abnormal", "no_answer", "overdue"]
    who: str = ""
    identified: Literal["", "password", "name"] = ""  # by which a mistake was believed (AL-20)
    said: str = ""


class ContactCalled(Fact):
    """An emergency contact was called (AL-54), or nobody called them in time."""

    event: Literal["contact_called"] = "contact_called"
    rule: str = "AL-54"
    contact: int  # from 1, in the order of the home's list
    name: str
    outcome: Literal["reached", "no_answer", "overdue"]
    said: str = ""


class LeaderActed(Fact):
    """Nobody of the list was reached; a leader decided what to do."""

    event: Literal["leader_acted"] = "leader_acted"
    rule: str = "AL-54"
    said: str


class AuthorityCalled(Fact):
    """110 or 119 was called by staff, or it was decided that they are not needed (AL-01)."""

    event: Literal["authority_called"] = "authority_called"
    rule: str = "AL-01"
    outcome: Literal["called_110", "called_119", "not_needed"]
    called_at: AwareDatetime
    said: str = ""


class CentreInformed(Fact):
    """A signal for which nobody is sent was looked at by the centre (A-09)."""

    event: Literal["centre_informed"] = "centre_informed"
    rule: str = "AL-03"
    said: str = ""


class PanelAnswered(Fact):
    """Somebody disarmed at the controller after the signal."""

    event: Literal["panel_answered"] = "panel_answered"
    rule: str = "AL-20"
    how: Literal["aborted", "disarmed", "in_time"]
    who: str
    device: str  # with what, in words
    at: AwareDatetime


class MedicalFileRead(Fact):
    """Somebody read what an ambulance crew is told (救急情報)."""

    event: Literal["medical_read"] = "medical_read"
    rule: str = "AL-06"


AlarmFact = Annotated[
    AlarmOpened
    | SignalJoined
    | Confirmed
    | ContactCalled
    | LeaderActed
    | AuthorityCalled
    | CentreInformed
    | PanelAnswered
    | MedicalFileRead
    | SiteReported
    | SiteCorrected
    | ResultTold
    | OF_AN_ASSIGNMENT
    | EVERYWHERE,
    Field(discriminator="event"),
]
