"""The bucket of the files between us and the banks.

``requests/`` what banks are asked, with account numbers, for weeks; ``sent/`` what is remembered of
it, without; ``results/`` what staff uploads of what they answer.
"""

from typing import Any

from lambdas.billing.payments.zengin import Sent
from lambdas.shared.aws.clients import client

REQUESTS, SENT, RESULTS = "requests/", "sent/", "results/"
UPLOAD_SECONDS = 300
"""How long somebody may begin an upload who was let."""


class Files:
    """The bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, content: bytes, sent: Sent) -> None:
        """Store a request file and what is remembered of it, under the file's own identity."""
        self._put(f"{SENT}{sent.id}.json", sent.model_dump_json().encode(), "application/json")
        self._put(f"{REQUESTS}{sent.id}.txt", content, "text/plain; charset=Shift_JIS")

    def request(self, id: str) -> bytes | None:
        """A request file; None when its time is over."""
        s3 = client("s3")
        try:
            return self._read(f"{REQUESTS}{id}.txt")
        except s3.exceptions.NoSuchKey:
            return None

    def sent(self, id: str) -> Sent:
        """What is remembered of a request file."""
        return Sent.model_validate_json(self._read(f"{SENT}{id}.json"))

    def result(self, key: str) -> bytes:
        """What somebody uploaded."""
        return self._read(key)

    def keep_result(self, name: str, content: bytes) -> None:
        """Keep a result file that staff handed in; the bucket tells who reads it."""
        self._put(f"{RESULTS}{name}", content, "text/plain; charset=Shift_JIS")

    def upload(self, name: str) -> str:
        """An address to which a result file can be PUT."""
        url: str = client("s3").generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": f"{RESULTS}{name}"},
            ExpiresIn=UPLOAD_SECONDS,
        )
        return url

    def _put(self, key: str, body: bytes, kind: str) -> None:
        client("s3").put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=kind)

    def _read(self, key: str) -> bytes:
        answer: dict[str, Any] = client("s3").get_object(Bucket=self._bucket, Key=key)
        body: bytes = answer["Body"].read()
        return body
