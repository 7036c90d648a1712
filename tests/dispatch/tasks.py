"""Every task that may be given out, and every answer."""

# ruff: noqa: F403
from lambdas.dispatch.assignment.tasks import *
from lambdas.dispatch.casework.task import *
from lambdas.dispatch.processes.consent.tasks import *
from lambdas.dispatch.processes.home_check.tasks import *
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.home_check.process import HOME_CHECK

OF_HOME_CHECKS = (CONSENT, HOME_CHECK)
ANSWERS = {kind: answer for process in OF_HOME_CHECKS for kind, answer in process.answers.items()}
KINDS = {kind: spec for process in OF_HOME_CHECKS for kind, spec in process.flow.tasks.items()}
