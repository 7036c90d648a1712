"""A person with a login, using the service as the page does: by Cognito and the HTTP API."""

from dataclasses import dataclass, field
from typing import Any

import urllib3

_LOGIN = {
    "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    "Content-Type": "application/x-amz-json-1.1",
}


class LoginFailed(Exception):
    """Cognito does not let this person in."""


@dataclass
class Person:
    """Somebody in front of the page. Nobody in particular without a login."""

    web_url: str
    token: str | None = None
    language: str = "ja"
    _http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager, repr=False)

    def log_in(self, mail: str, password: str) -> "Person":
        """Log in; LoginFailed when that is refused."""
        config = self._http.request("GET", f"{self.web_url}/config.json").json()
        answer = self._http.request(
            "POST",
            config["cognito_endpoint"],
            headers=_LOGIN,
            json={
                "AuthFlow": "USER_PASSWORD_AUTH",
                "ClientId": config["user_pool_client_id"],
                "AuthParameters": {"USERNAME": mail, "PASSWORD": password},
            },
        ).json()
        if "AuthenticationResult" not in answer:
            raise LoginFailed(answer.get("message", str(answer)))
        self.token = answer["AuthenticationResult"]["IdToken"]
        return self

    def request(self, method: str, path: str, body: Any = None) -> urllib3.BaseHTTPResponse:
        """Call the API; ``path`` is below ``/api``."""
        headers = {"Accept-Language": self.language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self._http.request(method, f"{self.web_url}/api{path}", headers=headers, json=body)

    def get(self, path: str) -> Any:
        """The JSON at ``path``; an AssertionError with the answer when it is refused."""
        return self._json(self.request("GET", path))

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers to ``body``."""
        return self._json(self.request(method, path, body))

    def _json(self, answer: urllib3.BaseHTTPResponse) -> Any:
        if answer.status >= 400:
            raise AssertionError(f"{answer.status}: {answer.data.decode()}")
        return answer.json() if answer.data else None
