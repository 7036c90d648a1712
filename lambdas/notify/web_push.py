"""Web Push: what a push service and a browser understand. Bytes in, bytes out.

The message is encrypted for the phone alone (RFC 8291 on RFC 8188's ``aes128gcm``); the request is
signed with the operator's key, by which the push service knows the sender (VAPID, RFC 8292).
"""

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_RECORD = 4096
LONGEST = _RECORD - 16 - 1 - 86
"""Bytes of a message: push services take 4,096 with the header of 86, the tag and the delimiter."""

_GOOD_FOR = timedelta(hours=12)  # RFC 8292: at most 24 hours
_CURVE = ec.SECP256R1()


class Keys(NamedTuple):
    """What a subscription says of its phone, in base64url."""

    p256dh: str
    auth: str


class Sender(NamedTuple):
    """Who sends, as push services know them."""

    private_key: str  # 32 bytes in base64url
    contact: str  # mailto: or https:, and a real one: Apple refuses others


def encrypted(
    message: bytes,
    to: Keys,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of the request. ``salt`` (16 bytes) and ``key`` are new for each message, but for
    the RFC's example. ValueError for keys that are none, and for a message that is too long."""
    if len(message) > LONGEST:
        raise ValueError(f"{len(message)} bytes are more than {LONGEST}")
    salt = salt or os.urandom(16)
    key = key or ec.generate_private_key(_CURVE)
    theirs = decoded(to.p256dh)
    ours = public_bytes(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    secret = _hkdf(shared, decoded(to.auth), b"WebPush: info\0" + theirs + ours, 32)
    content_key = _hkdf(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, message + b"\x02", None)
    return salt + _RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + sealed


def authorization(endpoint: str, sender: Sender, now: datetime) -> str:
    """The header that says who sends, good for twelve hours from ``now``."""
    place = urlsplit(endpoint)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int((now + _GOOD_FOR).timestamp()),
        "sub": sender.contact,
    }
    head, body = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = f"{encoded(_json(head))}.{encoded(_json(body))}"
    key = private_key(sender)
    r, s = utils.decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={encoded(public_bytes(key))}"


def private_key(sender: Sender) -> ec.EllipticCurvePrivateKey:
    """The sender's key. ValueError when it is none."""
    return ec.derive_private_key(int.from_bytes(decoded(sender.private_key), "big"), _CURVE)


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key's public half, uncompressed: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url, padded or not. ValueError for anything else."""
    text = text.rstrip("=")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _hkdf(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
