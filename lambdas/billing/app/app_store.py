"""Receipts of purchases in the iOS app: whether the App Store signed them, and what they are for.

A receipt is a transaction as StoreKit 2 hands it to the app: a JWS with its certificates. It is
verified here, against Apple's root, without asking Apple. What our app is called there, and another
root where the store is a double, is in a parameter that an operator writes.
"""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from aws_lambda_powertools.utilities.parameters import SSMProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from pydantic import BaseModel, ConfigDict

from lambdas.shared.aws.clients import client

if TYPE_CHECKING:
    from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier

APPLE = Path(__file__).parents[1] / "certificates" / "AppleRootCA-G3.pem"
SECONDS = 300
"""How old the parameter may be that a process knows."""

AHEAD = timedelta(minutes=5)
"""How far the store's clock may be ahead of ours."""


class NotGenuine(Exception):
    """A receipt that is none, is for something else, or was taken back."""


class Bought(NamedTuple):
    """A purchase: the store's id of it, and when it was completed."""

    transaction: str
    at: datetime


class AppStore(BaseModel):
    """Our app, as the store knows it. Hashable, since one is made for each parameter's text."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    bundle: str
    product: str
    """The product that opens the app for a month."""

    environment: Literal["Production", "Sandbox"]
    app: int | None = None
    """The app's number at Apple; needed in production."""

    roots: tuple[str, ...] = ()
    """Roots to trust, DER in Base64; Apple's when there are none."""

    def purchase(self, receipt: str, now: datetime) -> Bought:
        """What was bought, of a receipt that the store signed. NotGenuine for any other."""
        from appstoreserverlibrary.signed_data_verifier import VerificationException

        try:
            found = _verifier(self).verify_and_decode_signed_transaction(receipt)
        except VerificationException as error:
            raise NotGenuine(str(error.status)) from error
        if found.productId != self.product:
            raise NotGenuine(f"{found.productId} is not {self.product}")
        if found.revocationDate is not None:
            raise NotGenuine("the store took the purchase back")
        if not found.transactionId or found.purchaseDate is None or found.signedDate is None:
            raise NotGenuine("no id or no date")
        at = datetime.fromtimestamp(found.purchaseDate / 1000, UTC)
        if at > now + AHEAD:
            raise NotGenuine(f"{at.isoformat()} has not come")
        return Bought(found.transactionId, at)


def app_store(parameter: str) -> AppStore | None:
    """Our app at the store; None when no operator has set the parameter."""
    provider = SSMProvider(boto3_client=client("ssm"))
    try:
        text = provider.get(parameter, max_age=SECONDS)
    except GetParameterError as error:
        if "ParameterNotFound" in str(error):
            return None
        raise
    return AppStore.model_validate_json(str(text))


@cache
def _verifier(store: AppStore) -> "SignedDataVerifier":
    # The library costs a quarter of a second of CPU at import, for those only who need it.
    from appstoreserverlibrary.models.Environment import Environment
    from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier

    roots = [b64decode(root) for root in store.roots] or [_der(APPLE)]
    # Without online checks a certificate has to have been good when the receipt was signed.
    return SignedDataVerifier(roots, False, Environment(store.environment), store.bundle, store.app)


def _der(pem: Path) -> bytes:
    lines = pem.read_text(encoding="ascii").splitlines()
    return b64decode("".join(line for line in lines if not line.startswith("-")))
