"""A guarded home raises an alarm, or its 救急情報 was read: what ``security`` says of it."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.dispatch.assignment.travel import metres
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.centre import centre_of
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.alarm import facts as f
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.sites.site import Guest, Site
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.events import AlarmAnswered, AlarmRaised, MedicalRead
from lambdas.shared.household import AlarmFile, Home
from lambdas.shared.settings import load

BY_SECURITY = "security"
"""Who is written down as having said it."""

OF_A_PERSON = ("emergency", "duress")
"""Alarms that somebody raised: the centre hears of them in every mode (AL-04, AL-18)."""


AT_HOME = 200.0
"""Metres from the home within which a pendant is taken to be there: a position is not more exact
in a building."""

EARLY = 3
"""So often it is waited for the case of an alarm that was answered: events come in any order."""


class AlarmSettings(DispatchSettings):
    """What the function needs."""

    alarm_escalation: str  # how long each may take: AlarmEscalation as JSON


class UnknownHome(Exception):
    """An alarm of a home that the directory does not know (yet): it is tried again."""


def take_alarm(message: SQSRecord) -> None:
    """Open a case, or add to the one of the same incident. Repeated, it changes nothing.
    UnknownHome leaves it in the queue, and at last in its dead letters, which call the operator: an
    alarm is never dropped."""
    said = events.parse(json.loads(message.body))
    settings = load(AlarmSettings)
    service = DispatchService(settings)
    if isinstance(said, MedicalRead):
        service.alarms.medical_read(said.case, said.by, said.at)
        return
    if isinstance(said, AlarmAnswered):
        taken = service.alarms.answered(said.signal, said.how, said.who, said.means, said.at)
        if not taken and int(message.attributes.approximate_receive_count) <= EARLY:
            raise queues.Later(said.signal)
        return
    assert isinstance(said, AlarmRaised)
    if said.mode in ("away-self", "home-self") and said.kind not in OF_A_PERSON:
        logger.warning("no case: self-monitored (AL-25)", extra={"signal": said.signal})
        return
    directory = Directory(settings.directory_table)
    home = directory.home(said.home)
    if home is None:
        raise UnknownHome(said.home)
    file = directory.alarm_file(said.home, said.file) if said.file else None
    now = max(said.received_at, queues.sent_at(message))
    known = file or AlarmFile(home=said.home, version="")
    escalation = f.AlarmEscalation.model_validate_json(settings.alarm_escalation)
    surveyed = service.sites.of(said.home)
    home_site = surveyed.site if surveyed else None
    site = where_to(home_site, said)
    place = said.area if site is home_site else f"{said.area}#{said.sensor}"
    contact = directory.contact(said.contract)
    first = f.AlarmOpened(
        **Actor(now, BY_SECURITY, "workflow")._asdict(),
        slot=f"ALARM#{said.home}#{place}",
        contract=said.contract,
        product=said.product,
        home=home.id,
        home_name=home.name,
        contractor=_contractor(home, contact.name if contact else "", known),
        signal=f.Signal(
            id=said.signal,
            **said.model_dump(include=set(f.Signal.model_fields) - {"id"}),
        ),
        target=site,
        file=known,
        centre=centre_of(site.address, site.place) if site else None,
        escalation=escalation,
    )
    service.alarms.raise_alarm(first, now)
    took = (queues.received_at(message) - said.received_at).total_seconds()
    metrics.add_metric(name="SecondsToTask", unit="Seconds", value=took)


def where_to(site: Site | None, said: AlarmRaised) -> Site | None:
    """Where somebody is sent: the home, or where the pendant is with which somebody called for help
    away from it (AL-04). The address says so, behind the home's own, which names the centre."""
    if said.position is None or site is None:
        return site
    there = Place(**said.position.model_dump())
    if metres(site.place, there) <= AT_HOME:
        return site
    found = f"緯度{there.latitude:.5f} 経度{there.longitude:.5f}"
    address = f"{site.address}（ご自宅の外: ペンダントの位置 {found}）"
    return site.model_copy(update={"place": there, "address": address})


def _contractor(home: Home, name: str, file: AlarmFile) -> Guest:
    """The contractor, as far as one knows how to reach them: by the list of contacts, else at the
    home."""
    found = next((one for one in home.members if one.role == "contractor"), None)
    called = (found.name if found else name) or home.name
    own = next((one.phone for one in file.contacts if one.name == called), file.phone)
    return Guest(person=found.person if found else "", name=called, phone=own)


handler = queues.worker(take_alarm)
