"""A double of the App Store: its own root, and receipts signed as StoreKit 2's are."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BUNDLE, PRODUCT = "example.mimamori", "month_120"
LEAF, INTERMEDIATE = "1.2.840.113635.100.6.11.1", "1.2.840.113635.100.6.2.1"
"""Marks that Apple's certificates carry."""

_YEARS = (datetime(2015, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))


@dataclass
class Store:
    """A store with its certificates."""

    _keys: list[ec.EllipticCurvePrivateKey] = field(init=False)
    chain: list[bytes] = field(init=False)
    """Leaf, intermediate, root, in DER."""

    def __post_init__(self) -> None:
        self._keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        made: list[bytes] = []
        for place, mark in enumerate((LEAF, INTERMEDIATE, None)):
            issuer = min(place + 1, 2)
            certificate = (
                x509.CertificateBuilder()
                .subject_name(_name(place))
                .issuer_name(_name(issuer))
                .public_key(self._keys[place].public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(_YEARS[0])
                .not_valid_after(_YEARS[1])
                .add_extension(x509.BasicConstraints(ca=place > 0, path_length=None), critical=True)
                .add_extension(_usage(signs=place > 0), critical=True)
                .add_extension(
                    x509.SubjectKeyIdentifier.from_public_key(self._keys[place].public_key()),
                    critical=False,
                )
                .add_extension(
                    x509.AuthorityKeyIdentifier.from_issuer_public_key(
                        self._keys[issuer].public_key()
                    ),
                    critical=False,
                )
            )
            if mark:
                oid = x509.ObjectIdentifier(mark)
                certificate = certificate.add_extension(
                    x509.UnrecognizedExtension(oid, b"\x05\x00"), critical=False
                )
            signed = certificate.sign(self._keys[issuer], hashes.SHA256())
            made.append(signed.public_bytes(serialization.Encoding.DER))
        self.chain = made

    @property
    def parameter(self) -> dict[str, Any]:
        """What an operator writes to let this store's receipts be taken."""
        return {
            "bundle": BUNDLE,
            "product": PRODUCT,
            "environment": "Sandbox",
            "roots": [b64encode(self.chain[2]).decode()],
        }

    def receipt(self, transaction: str, at: datetime, **changes: Any) -> str:
        """The receipt of a purchase."""
        when = int(at.timestamp() * 1000)
        said = {
            "transactionId": transaction,
            "originalTransactionId": transaction,
            "bundleId": BUNDLE,
            "productId": PRODUCT,
            "purchaseDate": when,
            "signedDate": when + int(timedelta(seconds=1).total_seconds() * 1000),
            "type": "Consumable",
            "environment": "Sandbox",
            **changes,
        }
        chain = [b64encode(one).decode() for one in self.chain]
        return jwt.encode(said, self._keys[0], algorithm="ES256", headers={"x5c": chain})


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What a key is for: certificates, or receipts."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(place: int) -> x509.Name:
    names = ("Store Receipts", "Store Signing", "Store Root")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[place])])
