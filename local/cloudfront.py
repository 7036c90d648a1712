"""The door of the web application: what a browser reaches as CloudFront's host name on AWS.

MiniStack answers for the deployed CloudFront distribution itself, with its behaviours, its
origins and its headers. This door puts it on a port of loopback and translates the host names
which a browser cannot reach here: in `/config.json` and in the content security policy those of
AWS become local ones. A policy that would break the page on AWS breaks it here, too.
"""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

_COGNITO = re.compile(r"https://cognito-idp\.[a-z0-9-]+\.amazonaws\.com/?")
_OTHER_AWS = re.compile(r"https://[a-zA-Z0-9.*-]+\.amazonaws\.com")
_COGNITO_PATH = "/_cognito/"
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host"}
_DO_NOT_COPY = _HOP_BY_HOP | {"content-length", "server"}
_TIMEOUT = urllib3.Timeout(connect=5, read=60)


class Edge:
    """Serves one distribution on one port of loopback, in threads of this process."""

    def __init__(self, port: int, endpoint: str, distribution: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._endpoint = endpoint
        self._distribution = distribution
        self._pool = urllib3.PoolManager(maxsize=16, timeout=_TIMEOUT, retries=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True, name="edge").start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._pool.clear()

    def policy_here(self, policy: str) -> str:
        """A content security policy of AWS with the hosts of this machine."""
        kept = (d.strip() for d in policy.split(";"))
        # Loopback speaks plain HTTP.
        policy = "; ".join(d for d in kept if d and d != "upgrade-insecure-requests")
        return _OTHER_AWS.sub(self._endpoint, _COGNITO.sub(self.url, policy))

    def config_here(self, config: str) -> str:
        """The page's configuration with sign-in by way of this door."""
        return _COGNITO.sub(self.url + _COGNITO_PATH, config)

    def fetch(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> urllib3.BaseHTTPResponse:
        """Ask the distribution, or Cognito for its path."""
        if path.startswith(_COGNITO_PATH):
            url = f"{self._endpoint}/{path.removeprefix(_COGNITO_PATH)}"
        else:
            url = self._endpoint + path
            headers |= {"Host": self._distribution, "X-Forwarded-Proto": "https"}
        return self._pool.request(
            method, url, headers=headers, body=body, redirect=False, decode_content=False
        )

    def translated(
        self, path: str, answer: urllib3.BaseHTTPResponse
    ) -> tuple[list[tuple[str, str]], bytes]:
        headers = list(self._headers(answer))
        if path.partition("?")[0] == "/config.json" and answer.status == 200:
            return headers, self.config_here(answer.data.decode()).encode()
        return headers, answer.data

    def _headers(self, answer: urllib3.BaseHTTPResponse) -> Iterator[tuple[str, str]]:
        for name, value in answer.headers.iteritems():
            if name.lower() == "content-security-policy":
                yield name, self.policy_here(value)
            elif name.lower() not in _DO_NOT_COPY:
                yield name, value

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        edge = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body of an answer go out together, at once
            disable_nagle_algorithm = True

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                sent = {n: v for n, v in self.headers.items() if n.lower() not in _HOP_BY_HOP}
                try:
                    answer = edge.fetch(self.command, self.path, sent, body)
                except urllib3.exceptions.HTTPError as error:
                    return self.send_error(502, explain=str(error))
                headers, content = edge.translated(self.path, answer)
                # Not `send_response`, whose Date would not be the moved clock's.
                self.send_response_only(answer.status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)
                return None

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """The emulator keeps the log."""

        return Handler
