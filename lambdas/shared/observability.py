"""Logs, metrics and traces: one place, the same for every function.

The function factory sets the service's name (the context) and the log level.
"""

import warnings

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger()
metrics = Metrics(namespace="Mimamori")
tracer = Tracer()

# Most invocations count nothing, and need not say so.
warnings.filterwarnings("ignore", message="No application metrics to publish")
