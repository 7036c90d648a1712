"""Logs, metrics and traces: one place, the same for every function.

The function factory sets the service's name (the context) and the log level.
"""

import os
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger()
metrics = Metrics(namespace="Mimamori")
tracer = Tracer()

Handler = Callable[[dict[str, Any], Any], Any]
"""What Lambda calls, with an event and its context."""

# Most invocations count nothing, and need not say so.
warnings.filterwarnings("ignore", message="No application metrics to publish")


def observed(handler: Handler) -> Handler:
    """A Lambda handler whose calls are logged, counted and traced."""
    logged = logger.inject_lambda_context(handler, clear_state=True)
    traced = tracer.capture_lambda_handler(logged, capture_response=False)
    counted: Handler = metrics.log_metrics(traced)
    return counted


def invoked_at() -> datetime:
    """When this call was asked for, to the second, by the header of its trace: for events that
    bring no time of their own. Raises KeyError where Lambda gave none."""
    root = os.environ["_X_AMZN_TRACE_ID"].partition("Root=")[2]
    _version, epoch, _rest = root.split("-", 2)
    return datetime.fromtimestamp(int(epoch, 16), UTC)
