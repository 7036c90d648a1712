"""Every process. A new kind of case is a new package beside, and a line here and in its service
(``dispatch_service.py``)."""

from collections.abc import Mapping

from lambdas.dispatch.casework.process import Process
from lambdas.dispatch.processes.alarm.process import ALARM
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.patrol.process import PATROL
from lambdas.dispatch.processes.requested.process import REQUESTED

PROCESSES: Mapping[str, Process] = {
    one.kind: one for one in (CONSENT, HOME_CHECK, REQUESTED, PATROL, ALARM)
}
"""By the kind of case."""
