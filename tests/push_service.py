"""A push service and the phones behind it: it takes pushes over HTTP, decrypts them as a browser
does, and checks who sent them."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def bytes_of(text: str) -> bytes:
    """base64url as bytes."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(data: bytes) -> str:
    """Bytes as base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key's public half."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Browser(NamedTuple):
    """A browser that subscribed."""

    key: ec.EllipticCurvePrivateKey
    secret: bytes
    endpoint: str

    @classmethod
    def new(cls, name: str) -> "Browser":
        """One of its own."""
        at = f"https://fcm.googleapis.com/fcm/send/{name}"
        return cls(ec.generate_private_key(CURVE), name.encode().ljust(16, b"0")[:16], at)

    @property
    def subscription(self) -> dict[str, str]:
        """What the page sends of it."""
        return {
            "endpoint": self.endpoint,
            "p256dh": text_of(public(self.key)),
            "auth": text_of(self.secret),
        }

    def decrypt(self, body: bytes) -> bytes:
        """A message for it (RFC 8291), written from the receiver's side."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        )

        def derive(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)

        info = b"WebPush: info\0" + public(self.key) + theirs
        secret = derive(shared, self.secret, info, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        message, delimiter = opened[:-1], opened[-1:]
        assert delimiter == b"\x02"
        return message


class Shown(NamedTuple):
    """A push as it arrived."""

    to: str
    message: dict[str, Any]
    headers: dict[str, str]


class PushDouble:
    """What the service knows: ``browsers`` by the path of their endpoint, ``answers`` it gives
    instead of taking a push, and what was ``shown``."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.browsers: dict[str, Browser] = {}
        self.answers: dict[str, list[int]] = {}
        self.shown: list[Shown] = []

    def browser(self, name: str) -> Browser:
        """A browser that subscribes here."""
        made = Browser.new(name)
        self.browsers[f"/fcm/send/{name}"] = made
        return made

    def take(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """The status of a push."""
        browser = self.browsers[path]
        signed_by(headers["Authorization"], browser.endpoint)
        if answers := self.answers.get(browser.endpoint):
            return answers.pop(0)
        message = json.loads(browser.decrypt(body))
        self.shown.append(Shown(path.rpartition("/")[2], message, headers))
        return 201


def signed_by(authorization: str, endpoint: str) -> dict[str, Any]:
    """The claims of a VAPID header (RFC 8292), if its own key signed them."""
    scheme, _, said = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(one.strip().split("=", 1) for one in said.split(","))
    head, body, signature = parts["t"].split(".")
    raw = bytes_of(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(parts["k"]))
    der = utils.encode_dss_signature(r, s)
    key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(bytes_of(body))
    assert endpoint.startswith(claims["aud"] + "/")
    return claims


@contextmanager
def push_double() -> Iterator[PushDouble]:
    """A push service on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(double.take(self.path, body, dict(self.headers)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        double = PushDouble(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()
