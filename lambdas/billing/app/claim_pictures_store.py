"""Photographs of the damage that a claim is about, in a bucket of their own."""

import base64
import hashlib

from lambdas.shared.aws.clients import client

TYPE = "image/jpeg"
BEGINNING = b"\xff\xd8\xff"
LARGEST = 5_000_000
"""Characters of Base64: a function is sent 6 MB at most."""


class NoPhotograph(ValueError):
    """What was sent is no JPEG image."""


def read(sent: str) -> bytes:
    """A JPEG image that came as Base64. NoPhotograph when it is none."""
    try:
        content = base64.b64decode(sent, validate=True)
    except ValueError as error:
        raise NoPhotograph from error
    if not content.startswith(BEGINNING):
        raise NoPhotograph
    return content


def name_of(content: bytes) -> str:
    """A photograph's name: the same photograph sent twice is one."""
    return hashlib.sha256(content).hexdigest()[:32]


class ClaimPictures:
    """The photographs of claims: ``claims/<claim>/<name>.jpg``."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, claim: str, content: bytes) -> None:
        """Keep a photograph under its name."""
        client("s3").put_object(
            Bucket=self._bucket, Key=_key(claim, name_of(content)), Body=content, ContentType=TYPE
        )

    def get(self, claim: str, name: str) -> bytes | None:
        """A photograph; None when its time is over."""
        s3 = client("s3")
        try:
            found = s3.get_object(Bucket=self._bucket, Key=_key(claim, name))
        except s3.exceptions.NoSuchKey:
            return None
        content: bytes = found["Body"].read()
        return content


def _key(claim: str, name: str) -> str:
    return f"claims/{claim}/{name}.jpg"
