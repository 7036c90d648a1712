"""Every task that may be given out, and every answer. Where processes have one of the same name, it
is that of home checks."""

# ruff: noqa: F403
from lambdas.dispatch.assignment.tasks import *
from lambdas.dispatch.casework.task import *
from lambdas.dispatch.processes.consent.tasks import *
from lambdas.dispatch.processes.home_check.tasks import *
from lambdas.dispatch.processes.table import PROCESSES

_HOME_CHECKS_LAST = list(reversed(PROCESSES.values()))
ANSWERS = {
    kind: answer for process in _HOME_CHECKS_LAST for kind, answer in process.answers.items()
}
KINDS = {kind: spec for process in _HOME_CHECKS_LAST for kind, spec in process.flow.tasks.items()}
