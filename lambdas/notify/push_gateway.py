"""Sending to the push services of browsers."""

from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

import urllib3

from lambdas.notify import web_push
from lambdas.notify.phones import Phone, Push
from lambdas.notify.push_key_store import PushKey
from lambdas.shared.aws.observability import logger

_PATIENCE = urllib3.Timeout(connect=2, read=3)
_pool = urllib3.PoolManager(retries=False, timeout=_PATIENCE)


class Result(Enum):
    """What a push service made of a push."""

    TAKEN = "taken"
    GONE = "gone"  # there is no such phone any more
    REFUSED = "refused"  # and would be again
    BUSY = "busy"  # or not reached: later it may be taken


def send(phone: Phone, push: Push, by: PushKey, now: datetime) -> Result:
    """Hand a push to its service; no redirect is followed."""
    sender = web_push.Sender(by.private_key.get_secret_value(), by.contact)
    headers = {
        "Authorization": web_push.authorization(phone.endpoint, sender, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(push.ttl),
        "Urgency": push.urgency,
        "Topic": push.topic,
    }
    body = web_push.encrypted(push.message, web_push.Keys(phone.p256dh, phone.auth))
    place = urlsplit(phone.endpoint)
    url = phone.endpoint
    if by.address:
        url = f"{by.address}{url.removeprefix(f'https://{place.netloc}')}"
    try:
        answer = _pool.request("POST", url, body=body, headers=headers, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        logger.warning("push not sent", extra={"host": place.hostname, "why": str(error)})
        return Result.BUSY
    if answer.status < 300:
        return Result.TAKEN
    if answer.status in (404, 410):
        return Result.GONE
    logger.warning("push refused", extra={"host": place.hostname, "status": answer.status})
    return Result.BUSY if answer.status == 429 or answer.status >= 500 else Result.REFUSED
