"""Secrets under keys of KMS: the keys never leave it, and each use of them is on record."""

import base64
import hashlib
import hmac
from functools import cache

from lambdas.shared.aws.clients import client


class NotOpened(Exception):
    """A token that does not open: it is another contract's, or not ours."""


class KmsVault:
    """The vault of accounts (``accounts.Vault``).

    ``key`` encrypts; the contract is bound to each token as encryption context, so a token copied
    beside another contract does not open. ``fingerprint_key`` is an HMAC key.
    """

    def __init__(self, key: str = "", fingerprint_key: str = "") -> None:
        self._key, self._fingerprint_key = key, fingerprint_key

    def seal(self, clear: str, *, owner: str) -> str:
        """A token that stands for ``clear``."""
        answer = client("kms").encrypt(
            KeyId=self._key,
            Plaintext=clear.encode(),
            EncryptionContext={"contract": owner},
        )
        return base64.b64encode(answer["CiphertextBlob"]).decode()

    def open(self, token: str, *, owner: str) -> str:
        """What a token stands for. NotOpened for one that is not this owner's."""
        kms = client("kms")
        try:
            answer = kms.decrypt(
                KeyId=self._key,
                CiphertextBlob=base64.b64decode(token),
                EncryptionContext={"contract": owner},
            )
        except (kms.exceptions.InvalidCiphertextException, ValueError) as error:
            raise NotOpened(owner) from error
        clear: bytes = answer["Plaintext"]
        return clear.decode()

    def fingerprint(self, clear: str) -> str:
        """A digest under a key that only KMS can make: asked for once a process, then used here,
        since a file has an account in each of its records."""
        return hmac.new(_derived(self._fingerprint_key), clear.encode(), hashlib.sha256).hexdigest()


@cache
def _derived(key: str) -> bytes:
    answer = client("kms").generate_mac(
        KeyId=key, MacAlgorithm="HMAC_SHA_256", Message=b"mimamori/billing/fingerprints"
    )
    mac: bytes = answer["Mac"]
    return mac
