"""The records of what staff looked at (lambdas/shared/aws/access_log.py), to be read."""

from datetime import date

from lambdas.shared.aws.access_log import Access, read
from lambdas.shared.aws.clients import client

PAGES = 20
"""Thousands of names that one question looks through."""


class AccessStore:
    """Records in one bucket, by day."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def of_day(
        self, day: date, *, person: str, about: str, after: str, most: int
    ) -> tuple[list[Access], str | None]:
        """The first ``most`` records of a day behind the name ``after`` that fit, and the name
        behind which others may be."""
        found: list[Access] = []
        for _ in range(PAGES):
            page = client("s3").list_objects_v2(
                Bucket=self._bucket, Prefix=f"{day}/", StartAfter=after
            )
            for one in page.get("Contents", []):
                after = one["Key"]
                access = read(after)
                if person in ("", access.person) and about in access.path:
                    found.append(access)
                    if len(found) == most:
                        return found, after
            if not page["IsTruncated"]:
                return found, None
        return found, after
