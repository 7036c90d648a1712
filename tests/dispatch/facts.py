"""Every fact that can happen in a case."""

# ruff: noqa: F403
from typing import Any

from lambdas.dispatch.assignment.facts import *
from lambdas.dispatch.casework.facts import *
from lambdas.dispatch.processes.consent.facts import *
from lambdas.dispatch.processes.home_check.facts import *

AnyFact = Any
