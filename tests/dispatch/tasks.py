"""Every task that may be given out, and every answer."""

# ruff: noqa: F403
from lambdas.dispatch.assignment.tasks import *
from lambdas.dispatch.casework.task import *
from lambdas.dispatch.processes.consent.tasks import *
from lambdas.dispatch.processes.home_check.tasks import *
from lambdas.dispatch.processes.table import PROCESSES

ANSWERS = {
    kind: answer for process in PROCESSES.values() for kind, answer in process.answers.items()
}
KINDS = {kind: spec for process in PROCESSES.values() for kind, spec in process.flow.tasks.items()}
