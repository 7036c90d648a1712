"""A photograph of a claim, as the family's and the staff's routes answer with it."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from lambdas.billing.app.claim_pictures_store import TYPE, ClaimPictures
from lambdas.billing.invoicing.claims import Claim
from lambdas.shared.problems import Problem

PHOTOGRAPH: dict[int, Any] = {
    200: {
        "description": "The photograph",
        "content": {TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What a route that answers with a photograph says of it."""


def photograph_of(claim: Claim, name: str, bucket: str) -> Response[Any]:
    """A photograph of a claim. Problem 404 when it has none of this name, or no longer."""
    content = ClaimPictures(bucket).get(claim.id, name) if name in claim.photographs else None
    if content is None:
        raise Problem(404, "not-found")
    return Response(200, TYPE, content, headers={"Cache-Control": "private, max-age=3600"})
