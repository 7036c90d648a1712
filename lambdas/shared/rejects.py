"""The record of what could not be taken: clear, short, and gone after a month."""

import base64
from datetime import datetime, timedelta

from lambdas.shared.aws import table
from lambdas.shared.observability import logger, metrics

KEPT = timedelta(days=30)


def record(table_name: str, *, id: str, thing: str, at: datetime, reason: str, detail: str, head: bytes = b"") -> None:
    """Write down that something from ``thing`` was refused.

    The same ``id`` again (a repeated delivery) changes nothing. ``head`` is cut to 512 bytes.
    """
    table(table_name).put_item(
        Item={
            "pk": f"REJECTED#{at:%Y-%m-%d}",
            "sk": id,
            "thing": thing,
            "at": at.isoformat(),
            "reason": reason,
            "detail": detail,
            "head": base64.b64encode(head[:512]).decode(),
            "expires": int((at + KEPT).timestamp()),
        }
    )
    metrics.add_metric(name="Rejected", unit="Count", value=1)
    logger.warning("rejected", extra={"thing": thing, "reason": reason, "detail": detail})
