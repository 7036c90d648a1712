"""Every task that may be given out in consents and home checks, and every answer; the tasks of all
processes by name."""

# ruff: noqa: F403
from lambdas.dispatch.assignment.tasks import *
from lambdas.dispatch.casework.task import *
from lambdas.dispatch.processes.consent.tasks import *
from lambdas.dispatch.processes.home_check.tasks import *
from lambdas.dispatch.processes.table import PROCESSES

_OF_HOME_CHECKS = [PROCESSES[kind] for kind in ("consent", "visit")]
ANSWERS = {kind: answer for one in _OF_HOME_CHECKS for kind, answer in one.answers.items()}
KINDS = {kind: spec for one in _OF_HOME_CHECKS for kind, spec in one.flow.tasks.items()}
ALL_KINDS = {kind for process in PROCESSES.values() for kind in process.flow.tasks}
