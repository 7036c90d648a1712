"""Signatures and photographs of visits, in a bucket of their own."""

from collections.abc import Mapping

from lambdas.shared.aws.clients import client


class PictureStore:
    """The pictures of cases."""

    TYPES: Mapping[str, tuple[str, bytes]] = {
        "signature": ("image/png", b"\x89PNG\r\n\x1a\n"),
        "photo": ("image/jpeg", b"\xff\xd8\xff"),
        **{f"photo-{number}": ("image/jpeg", b"\xff\xd8\xff") for number in range(1, 5)},
    }
    """Kind of picture: its media type, and how its bytes begin."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, case: str, name: str, content: bytes) -> None:
        """Keep a picture of a case."""
        kind = self.TYPES[plain(name)][0]
        client("s3").put_object(
            Bucket=self._bucket, Key=f"cases/{case}/{name}", Body=content, ContentType=kind
        )

    def get(self, case: str, name: str) -> bytes | None:
        """A picture of a case."""
        s3 = client("s3")
        try:
            found = s3.get_object(Bucket=self._bucket, Key=f"cases/{case}/{name}")
        except s3.exceptions.NoSuchKey:
            return None
        content: bytes = found["Body"].read()
        return content


def plain(name: str) -> str:
    """The kind of picture that a name stands for: ``photo@2`` is a photo that came with the late
    report of the second offer."""
    return name.partition("@")[0]
