"""Everything of dispatch put together: the stores, and the service of each process."""

from collections.abc import Mapping

from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.route_gateway import RouteGateway
from lambdas.dispatch.assignment.travel import GreatCircle, Travel
from lambdas.dispatch.assignment.waiting_store import WaitingStore
from lambdas.dispatch.casework.case_service import CaseService, DispatchSettings, ProcessService
from lambdas.dispatch.casework.case_store import CaseStore
from lambdas.dispatch.casework.picture_store import PictureStore
from lambdas.dispatch.processes.alarm.alarm_service import AlarmService
from lambdas.dispatch.processes.alarm.process import ALARM
from lambdas.dispatch.processes.consent.consent_service import ConsentService
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.consent.registration_store import RegistrationStore
from lambdas.dispatch.processes.home_check.frequency_store import FrequencyStore
from lambdas.dispatch.processes.home_check.home_check_service import HomeCheckService
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.patrol.patrol_service import PatrolService
from lambdas.dispatch.processes.patrol.plan_store import PlanStore
from lambdas.dispatch.processes.patrol.process import PATROL
from lambdas.dispatch.processes.requested.process import REQUESTED
from lambdas.dispatch.processes.requested.requested_service import RequestedService
from lambdas.dispatch.processes.sites.site_store import SiteStore
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.aws.directory import Directory


class DispatchService:
    """What the functions of dispatch work with."""

    def __init__(self, settings: DispatchSettings, travel: Travel | None = None) -> None:
        table = settings.dispatch_table
        ways = travel or (RouteGateway() if settings.travel == "routes" else GreatCircle())
        self.store = CaseStore(table, PROCESSES)
        self.pictures = PictureStore(settings.pictures_bucket)
        self.frequency = FrequencyStore(table)
        self.responders = ResponderStore(table, ways)
        self.cases = CaseService(self.store, settings)
        self.registrations = RegistrationStore(table, self.store)
        directory = Directory(settings.directory_table)
        self.consents = ConsentService(self.cases, self.registrations, directory)
        self.home_checks = HomeCheckService(
            self.cases, self.responders, WaitingStore(table), ways, self.consents
        )
        self.sites, self.plans = SiteStore(table), PlanStore(table)
        sending = (self.cases, self.responders, WaitingStore(table), ways)
        self.requested = RequestedService(*sending)
        self.alarms = AlarmService(*sending)
        self.patrols = PatrolService(*sending, self.plans, self.sites)
        self.consents.on_ended = self.home_checks.consent_ended
        services: Mapping[str, ProcessService] = {
            CONSENT.kind: self.consents,
            HOME_CHECK.kind: self.home_checks,
            REQUESTED.kind: self.requested,
            PATROL.kind: self.patrols,
            ALARM.kind: self.alarms,
        }
        self.cases.serve(services)
