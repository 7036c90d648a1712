"""Pictures that go with mails: objects that lambdas/detect stored, named by its events."""

from lambdas.shared.aws.clients import client


class PictureStore:
    """The bucket of pictures, to read."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def get(self, key: str) -> bytes | None:
        """A JPEG; None when there is none any more."""
        s3 = client("s3")
        try:
            found = s3.get_object(Bucket=self._bucket, Key=key)
        except s3.exceptions.NoSuchKey:
            return None
        content: bytes = found["Body"].read()
        return content
