"""Slow hashes of what people say or type: codes, passwords. Plain Python."""

import hashlib
import hmac
import secrets

_COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt's parameters (RFC 7914): 16 MiB and some tens of milliseconds a guess."""


def hashed(secret: str) -> str:
    """A secret as it is kept: ``salt$digest`` in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_digest(secret, salt)}"


def matches(secret: str, kept: str) -> bool:
    """Whether this is the secret that was kept. Nothing matches where none was."""
    salt, _, digest = kept.partition("$")
    if not digest:
        return False
    return hmac.compare_digest(_digest(secret, bytes.fromhex(salt)), digest)


def _digest(secret: str, salt: bytes) -> str:
    return hashlib.scrypt(secret.strip().encode(), salt=salt, **_COST).hex()
