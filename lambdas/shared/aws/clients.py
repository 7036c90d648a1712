"""AWS clients, made once a process."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config

CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=3,
    read_timeout=15,
)
# Path-style addresses work on every endpoint; older signatures would outlive their time.
S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))


@cache
def client(service: str) -> Any:
    """The client of ``service`` ("s3", "dynamodb", …) in the function's region."""
    return boto3.client(service, config=S3_CONFIG if service == "s3" else CONFIG)


@cache
def table(name: str) -> Any:
    """A DynamoDB table."""
    return boto3.resource("dynamodb", config=CONFIG).Table(name)


def presigned_until(url: str) -> datetime:
    """The moment (UTC) up to which a presigned URL is good, as the URL itself says.

    Read from the URL, since boto signs by its own clock at the time of signing, to the second:
    later than the event that asked for it, by what the function took to start.
    """
    signed = parse_qs(urlsplit(url).query)
    begins = datetime.strptime(signed["X-Amz-Date"][0], "%Y%m%dT%H%M%S%z")
    return begins + timedelta(seconds=int(signed["X-Amz-Expires"][0]))
