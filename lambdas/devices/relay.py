"""Credentials for a TURN server that expire by themselves. Plain functions.

As coturn (``use-auth-secret``) and others take them: the user's name is the time of its end, the
password an HMAC of it under a secret that only the operator and the server know
(draft-uberti-behave-turn-rest-00).
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from iot.messages.live import Relay

MARGIN = timedelta(minutes=2)
"""For the way there, and for clocks that are not quite the same."""


def relay(secret: str, who: str, now: datetime, length: timedelta) -> Relay:
    """A credential of ``who`` for a look that begins ``now``."""
    username = f"{int((now + length + MARGIN).timestamp())}:{who}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return Relay(username=username, credential=base64.b64encode(digest.digest()).decode())
