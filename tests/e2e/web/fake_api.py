"""The HTTP API, Cognito and the page's host in one small server, with data that never changes.

The page is tested against what the contract says, without a cloud: `python -m
tests.e2e.web.fake_api` serves it for looking at (any of USERS, password PASSWORD).
"""

import json
import re
import sys
import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import exp, sin
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel

from lambdas.homes.request_api import Disclosures
from lambdas.security.staff_api import SilentHomes
from tests.e2e.web import pictures
from tests.e2e.web.fake_activity import FakeActivity
from tests.e2e.web.fake_billing import FakeBilling, FakeBillingDesk
from tests.e2e.web.fake_dispatch import FakeDispatch, Said
from tests.e2e.web.fake_news import FakeNews
from tests.e2e.web.fake_phones import FakePhones, FakeQuiet

PASSWORD = "Mimamori-2026"
NOW = datetime(2026, 11, 22, 4, 43, 20, tzinfo=UTC)  # 13:43 on a Sunday in Japan

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self' {cognito}; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}

Json = dict[str, Any]


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def jst(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    """An instant of November 2026 by the clock in Japan."""
    return datetime(2026, 11, day, hour, minute, second, 123000, UTC) - timedelta(hours=9)


class Refused(Exception):
    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        rule: str | None = None,
        slug: str = "",
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        kind = f"urn:mimamori:problem:{slug}" if slug else "about:blank"
        self.body: Json = {"type": kind, "title": title, "status": status, "detail": detail}
        if errors:
            self.body["errors"] = errors
        if rule:
            self.body["rule"] = rule


NOT_FOUND = ("見つかりません", "お探しのものは見つかりませんでした。")
USERS: dict[str, Json] = {
    "hanako@example.jp": {"name": "山田 花子", "homes": {"kobe": "contractor"}},
    "ken@example.jp": {"name": "山田 健", "homes": {"kobe": "watcher", "nara": "contractor"}},
    "stranger@example.jp": {"name": "佐藤 一", "homes": {"nara": "contractor"}},
    "new@example.jp": {"name": "山田 桜", "homes": {"kobe": "watcher"}, "first_login": True},
    "nobody@example.jp": {"name": "鈴木 次郎", "homes": {}},
    "sato@example.jp": {"name": "", "homes": {}, "groups": ["operator"]},
    "chief@example.jp": {"name": "", "homes": {}, "groups": ["admin"]},
    "keiri@example.jp": {"name": "", "homes": {}, "groups": ["billing"]},
    "kachou@example.jp": {"name": "", "homes": {}, "groups": ["billing"]},
    "kenji@example.jp": {"name": "", "homes": {}, "groups": ["responder"]},
}


def device(thing: str, name: str, **other: Any) -> Json:
    return {
        "id": thing,
        "name": name,
        "kind": "smart-camera",
        "group": "camera",
        "mode": "guard",
        "response": "none",
        "sensitivity": "normal",
        "tell": "people",
        "zones": [],
        "restless": [],
        "blind": None,
        "walk": None,
        "state": "active",
        "seen_at": iso(NOW - timedelta(minutes=3)),
        "pictures_on_device": 0,
        "sd_card": False,
        "waiting": 0,
    } | other


FAN: Json = {
    "use": "ignore",
    "points": [[620, 150], [880, 150], [880, 520], [620, 520]],
    "since": None,
    "until": None,
}
WALK: Json = {
    "at": iso(NOW - timedelta(days=2)),
    "heights": [0.06, 0.11, None, 0.3, 0.34, 0.28, 0.7, None, 0.66],
    "sees": ["barely", "well", "not", "well", "well", "well", "well", "not", "well"],
    "text": "いちばん小さく映ったとき、身長は画面の高さの 6 % でした。"
    "小さすぎて、人とわからないことがあります。カメラを近づけてください。",
}


def event(at: datetime, thing: str, camera: str, kind: str, ja: str, en: str, **other: Any) -> Json:
    box = pictures.FIGURE.get(kind)
    stamp = at.strftime("%Y%m%dT%H%M%S.") + f"{at.microsecond // 1000:03d}Z"
    identity = f"{stamp}-{thing}"
    return {
        "id": identity,
        "device": thing,
        "camera": camera,
        "kind": kind,
        "mode": "guard",
        "at": iso(at),
        "ended_at": iso(at + timedelta(seconds=48)),
        "detected_at": iso(at + timedelta(seconds=4)),
        "late": False,
        "level": 0.12,
        "score": 0.87,
        "reason": {"ja": ja, "en": en},
        "boxes": [vars(box) | {"label": kind}] if box else [],
        "pictures": "cloud",
        "picture": f"/api/homes/kobe/pictures/{identity}",
    } | other


def kobe_events() -> list[Json]:
    person = ("画面の右側に人が1人映りました。", "One person was seen on the right.")
    cat = ("ソファの前で猫が動きました。", "A cat moved in front of the sofa.")
    light = ("部屋の明るさが急に変わりました。", "The light in the room changed suddenly.")
    moved = ("画面全体が大きくずれました。", "The whole picture shifted.")
    steady = ("2分ほど動きが続きました。", "Something kept moving for about two minutes.")
    on_device: Json = {"pictures": "on-device", "picture": None, "boxes": []}
    motion_only: Json = {
        "pictures": "none", "picture": None, "boxes": [], "mode": "motion-only", "score": None,
    }  # fmt: skip
    late: Json = {"late": True, "detected_at": iso(jst(22, 12, 10))}
    return [
        event(jst(22, 13, 30, 5), "cam-living", "居間", "person", *person, ended_at=None),
        event(jst(22, 11, 2, 41), "cam-bed", "母の部屋", "motion", *steady, **motion_only),
        event(jst(22, 9, 15, 12), "cam-living", "居間", "cat", *cat),
        event(jst(22, 8, 4, 33), "cam-door", "玄関", "person", *person, **on_device, **late),
        event(jst(22, 6, 31, 50), "cam-living", "居間", "light", *light),
        event(jst(21, 21, 47, 3), "cam-living", "居間", "camera_moved", *moved),
        event(jst(21, 18, 20, 9), "cam-living", "居間", "person", *person),
        *(
            event(jst(20 - n // 8, 20 - n % 8, 7 * (n % 8)), "cam-living", "居間", "cat", *cat)
            for n in range(24)
        ),
    ]


def minutes(date: str, now: datetime) -> list[Json]:
    """Motion of a day with a life in it: up at six, lunch, an evening. Empty before 20 November."""
    start = datetime.fromisoformat(f"{date}T00:00:00+09:00").astimezone(UTC)
    if date < "2026-11-20":
        return []
    found = []
    for minute in range(24 * 60):
        at = start + timedelta(minutes=minute)
        if at >= now:
            break
        if 4 * 60 <= minute < 4 * 60 + 40:
            continue  # the camera was off
        hour = minute / 60
        awake = sum(
            size * exp(-(((hour - mid) / width) ** 2))
            for mid, width, size in ((7.1, 1.0, 0.6), (10.2, 0.7, 0.18), (12.4, 0.8, 0.5),
                                     (15.5, 0.6, 0.2), (18.8, 1.7, 0.7))
        )  # fmt: skip
        chance = (sin(minute * 12.9898) * 43758.5453) % 1  # looks like chance, is always the same
        peak = awake * chance if chance > 0.45 else 0.0
        peak = round(peak, 4) if peak > 0.02 else 0.0
        found.append({"at": iso(at), "level": round(peak * 0.45, 4), "peak": peak})
    return found


class FakeCloud:
    """What the service knows; a test reads and changes it."""

    def __init__(self) -> None:
        self.now = NOW
        self.users = deepcopy(USERS)
        for user in self.users.values():
            user.setdefault("language", "ja")
        self.homes: dict[str, Json] = {
            "kobe": {
                "name": "神戸の実家",
                "devices": [
                    device("cam-living", "居間", response="alarm", sd_card=True, restless=[FAN],
                           walk=WALK),
                    device("cam-door", "玄関", kind="phone-camera", pictures_on_device=2, waiting=1,
                           seen_at=iso(NOW - timedelta(hours=5, minutes=10))),
                    device("cam-bed", "母の部屋", mode="motion-only"),
                ],
                "events": kobe_events(),
            },
            "nara": {
                "name": "奈良の家",
                "devices": [device("cam-nara", "台所", state="waiting", seen_at=None)],
                "events": [],
            },
        }  # fmt: skip
        self.activity = FakeActivity()
        self.dispatch = FakeDispatch(NOW, pictures.signature())
        self.billing = FakeBilling(NOW)
        self.billing_desk = FakeBillingDesk(self.billing)
        self.phones = FakePhones(NOW)
        self.keys: list[tuple[str, str]] = []  # of requests that must not be done twice
        self.quiet = FakeQuiet(NOW)
        self.disclosures: list[Json] = []
        self.news = FakeNews(NOW)
        self.commands: dict[str, Json] = {}
        self.looks: dict[str, Json] = {}
        self.camera: Callable[[str, str], None] = self.no_camera  # takes a look and its offer
        self.snapshot: Json = {"state": "done", "reason": None}
        self.down: str | None = None  # a path prefix that answers 500
        self.paused: set[str] = set()  # homes whose contract covers nothing now
        self.refused_tokens: set[str] = set()
        self.logins = 0
        self.requests: list[str] = []

    def no_camera(self, look: str, _: str) -> None:
        self.looks[look] |= {"state": "failed", "reason": "no-answer"}

    # Cognito

    def cognito(self, action: str, body: Json) -> Json:
        if action == "RevokeToken":
            return {}
        if action == "ForgotPassword":
            return {}
        if action == "ConfirmForgotPassword":
            if body["ConfirmationCode"] != "123456":
                raise Refused(400, "CodeMismatchException", "Invalid code")
            self.users[body["Username"]]["password"] = body["Password"]
            return {}
        if "AccessToken" in body:
            return self._factor(action, body, self.users[body["AccessToken"].split(".", 1)[1]])
        if action == "RespondToAuthChallenge":
            answers = body["ChallengeResponses"]
            if body["ChallengeName"] == "SOFTWARE_TOKEN_MFA":
                if answers["SOFTWARE_TOKEN_MFA_CODE"] != "654321":
                    raise Refused(400, "CodeMismatchException", "Invalid code")
                return self.tokens(answers["USERNAME"])
            if len(answers["NEW_PASSWORD"]) < 12:
                raise Refused(400, "InvalidPasswordException", "too short")
            self.users[answers["USERNAME"]].pop("first_login", None)
            return self.tokens(answers["USERNAME"])
        given = body["AuthParameters"]
        if body["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            if given["REFRESH_TOKEN"] in self.refused_tokens:
                raise Refused(400, "NotAuthorizedException", "Refresh Token has expired")
            return self.tokens(given["REFRESH_TOKEN"].removeprefix("refresh."), refresh=False)
        email = given["USERNAME"]
        if email not in self.users or given["PASSWORD"] != self.users[email].get(
            "password", PASSWORD
        ):
            raise Refused(400, "NotAuthorizedException", "Incorrect username or password.")
        if self.users[email].get("first_login"):
            return {
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": "session",
                "ChallengeParameters": {"USER_ID_FOR_SRP": email},
            }
        if self.users[email].get("factor"):
            return {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "session"}
        return self.tokens(email)

    @staticmethod
    def _factor(action: str, body: Json, user: Json) -> Json:
        """The second factor of whoever is logged in."""
        if action == "GetUser":
            return {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"] if user.get("factor") else []}
        if action == "AssociateSoftwareToken":
            return {"SecretCode": "JBSWY3DPEHPK3PXP"}
        if action == "VerifySoftwareToken":
            if body["UserCode"] != "654321":
                raise Refused(400, "EnableSoftwareTokenMFAException", "Code mismatch")
            return {"Status": "SUCCESS"}
        user["factor"] = True
        return {}

    def tokens(self, email: str, refresh: bool = True) -> Json:
        self.logins += 1
        tokens: Json = {
            "IdToken": f"id.{self.logins}.{email}",
            "AccessToken": f"access.{email}",
            "ExpiresIn": 3600,
        }
        if refresh:
            tokens["RefreshToken"] = f"refresh.{email}"
        return {"AuthenticationResult": tokens, "ChallengeParameters": {}}

    # The API

    def api(self, method: str, path: str, query: dict[str, str], email: str, body: Json) -> Any:
        """The answer to a request; bytes are a picture, None is 204."""
        user = self.users[email]
        if path == "/api/me":
            if method == "PATCH":
                user["language"] = body["language"]
            homes = [
                {"id": home, "name": self.homes[home]["name"], "role": role}
                for home, role in user["homes"].items()
            ]
            return {"id": email, "name": user["name"], "email": email,
                    "language": user["language"], "homes": homes,
                    "groups": user.get("groups", [])}  # fmt: skip
        if path.startswith("/api/me/quiet"):
            return self.quiet.answer(method, path.split("/")[4:], email, body)
        if path.startswith("/api/me/phones"):
            return self.phones.answer(method, path.split("/")[4:], email, body)
        if path.startswith("/api/dispatch/"):
            inside = [unquote(part) for part in path.removeprefix("/api/dispatch/").split("/")]
            return self.dispatch.staff(method, inside, email, user.get("groups", []), body or query)
        if path.startswith("/api/news-desk"):
            return self.news.staff(method, [unquote(one) for one in path.split("/")[3:]], body)
        if path.startswith("/api/news"):
            return self.news.answer(method, [unquote(one) for one in path.split("/")[3:]], email)
        if path == "/api/billing/contacts":
            return []
        if path == "/api/security/silent":
            nobody = {"count": 0, "waiting": 0, "overdue": 0, "may_act": True, "homes": []}
            return SilentHomes.model_validate(nobody).model_dump(mode="json")
        if path.startswith("/api/billing/staff/"):
            if "billing" not in user.get("groups", []):
                raise Refused(403, "担当者のみの操作です", "請求業務の担当者の権限が必要です。")
            inside = [unquote(one) for one in path.split("/")[4:]]
            said = self.billing_desk.answer(method, inside, email, query, body)
            if isinstance(said, list):
                return [
                    one.model_dump(mode="json") if isinstance(one, BaseModel) else one
                    for one in said
                ]
            return said.model_dump(mode="json") if isinstance(said, BaseModel) else said
        if path == "/api/billing/products":
            return self.billing.products(user.get("language", "ja"))
        if path.startswith("/api/billing/contracts"):
            inside = [unquote(one) for one in path.split("/")[4:]]
            return self.billing.family(method, inside, body)
        found = re.fullmatch(r"/api/homes/([^/]+)(/.*)?", path)
        if not found or found[1] not in user["homes"]:
            raise Refused(404, *NOT_FOUND)
        role = user["homes"][found[1]]
        home = self.homes[found[1]]
        parts = [unquote(part) for part in (found[2] or "").strip("/").split("/") if part]
        shown = method == "GET" and parts in ([], ["devices"])
        if found[1] in self.paused and not shown:
            raise Refused(
                403, "ご契約の対象外です", "現在のご契約では、ご利用いただけません。", "DC-05"
            )
        match method, *parts:
            case ["GET"]:
                return self._home(found[1], role)
            case ["GET", "devices"]:
                return {"devices": home["devices"]}
            case ["POST", "devices"]:
                return self._add(home, role, body)
            case ["GET", "events"]:
                return self._events(home, query, user["language"])
            case ["GET", "events", identity]:
                return self._said(self._one(home["events"], identity), user["language"])
            case ["GET", "pictures", identity]:
                return self._picture(home, identity)
            case [_, "activity", "preferences" | "site" | "notices" as what, *rest]:
                return self.activity.told(method, what, rest, body, user["name"], self.now)
            case ["POST", "disclosures"]:
                one = {"id": "d-1", "asked_at": iso(self.now), "complete": False, "files": []}
                self.disclosures = [one]
                return one
            case ["GET", "disclosures"]:
                return Disclosures.model_validate({"disclosures": self.disclosures}).model_dump(
                    mode="json"
                )
            case ["GET", "activity", *rest]:
                return self.activity.answer(found[1], rest, self.now)
            case [_, "home-check" | "cases", *_]:
                return self.dispatch.family(method, parts, role, body)
            case [_, "devices", thing, *rest]:
                return self._device(method, home, self._one(home["devices"], thing), rest, query,
                                    body, found[1])  # fmt: skip
        raise Refused(404, *NOT_FOUND)

    @staticmethod
    def _one(things: list[Json], identity: str) -> Json:
        for thing in things:
            if thing["id"] == identity:
                return thing
        raise Refused(404, *NOT_FOUND)

    def _home(self, home: str, role: str) -> Json:
        return {
            "id": home,
            "name": self.homes[home]["name"],
            "role": role,
            "features": []
            if home in self.paused
            else ["activity", "fridge-link", "home-check", "room-watch", "sleep"]
            if home == "kobe"
            else ["room-watch"],
            "limits": {"camera": 3, "sensor": 0, "gateway": 0, "controller": 0},
        }

    def _add(self, home: Json, role: str, body: Json) -> Json:
        if role != "contractor":
            raise Refused(403, "できません", "カメラを追加できるのは、ご契約者だけです。")
        if len(home["devices"]) >= 3:
            raise Refused(
                409, "カメラを追加できません", "カメラは1つのご契約で3台までです。", "DC-18"
            )
        mode = {"security": "guard", "pet": "pet", "senior": "motion-only"}[body["profile"]]
        added = device("cam-new", body["name"], kind=body["kind"], mode=mode, state="waiting",
                       seen_at=None)  # fmt: skip
        home["devices"].append(added)
        expires = iso(self.now + timedelta(hours=24))
        return added | {"setup_code": "K7QM-2XRD", "setup_expires_at": expires}

    @staticmethod
    def _said(one: Json, language: str) -> Json:
        return one | {"reason": one["reason"][language]}

    def _events(self, home: Json, query: dict[str, str], language: str) -> Json:
        events = home["events"]
        if "before" in query:
            events = [one for one in events if one["id"] < query["before"]]
        limit = int(query.get("limit", "20"))
        page = [self._said(one, language) for one in events[:limit]]
        return {"events": page, "next": page[-1]["id"] if len(events) > limit else None}

    def _picture(self, home: Json, identity: str) -> bytes:
        if identity.startswith("snapshot-"):
            return pictures.jpeg()
        one = self._one(home["events"], identity)
        if one["picture"] is None:
            raise Refused(404, *NOT_FOUND)
        night = not 7 <= (int(one["at"][11:13]) + 9) % 24 < 18
        return pictures.jpeg(one["kind"] if one["kind"] in pictures.FIGURE else "", night)

    def _device(
        self,
        method: str,
        home: Json,
        one: Json,
        rest: list[str],
        query: dict[str, str],
        body: Json,
        home_id: str,
    ) -> Any:
        match method, *rest:
            case ["PATCH"]:
                one.update(body)
                return one
            case ["DELETE"]:
                home["devices"].remove(one)
                return None
            case ["GET", "motion"]:
                date = query["date"]
                if one["state"] == "waiting":
                    raise Refused(404, *NOT_FOUND)
                found = minutes(date, self.now)
                return {"device": one["id"], "date": date, "minutes": found}
            case ["GET", "live"]:
                looks = [
                    {"by": "山田 花子", "at": look["at"], "seen": look["state"] == "answered"}
                    for look in reversed(self.looks.values())
                ]
                return {"ice_servers": [], "relay": None, "seconds": 600, "looks": looks}
            case ["POST", "live"]:
                identity = f"look-{len(self.looks) + 1}"
                ends = iso(self.now + timedelta(minutes=10))
                self.looks[identity] = {"id": identity, "state": "asked", "reason": None,
                                        "answer": None, "at": iso(self.now),
                                        "ends_at": ends}  # fmt: skip
                self.camera(identity, body["offer"])
                return self.looks[identity]
            case ["GET", "live", identity]:
                return self.looks[identity]
            case ["POST", "commands"]:
                identity = f"command-{len(self.commands) + 1}"
                sent = {"id": identity, "action": body["action"], "state": "sent", "reason": None,
                        "at": iso(self.now), "picture": None}  # fmt: skip
                self.commands[identity] = sent
                return sent
            case ["GET", "commands", identity]:
                asked = self.commands[identity]
                asked["asked"] = asked.get("asked", 0) + 1
                if asked["asked"] > 1:
                    asked["state"] = "done"
                    if asked["action"] == "snapshot":
                        asked |= self.snapshot
                        if asked["state"] == "done":
                            asked["picture"] = f"/api/homes/{home_id}/pictures/snapshot-{identity}"
                return {name: value for name, value in asked.items() if name != "asked"}
        raise Refused(404, *NOT_FOUND)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer is one packet, not headers and then a body
    cloud: FakeCloud
    root: Path

    def log_message(self, *_: object) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.cloud.now, usegmt=True)

    def _answer(self, status: int, kind: str, content: bytes, cache: str = "no-store") -> None:
        self.send_response(status)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", cache)
        self.send_header("X-Content-Type-Options", "nosniff")
        if kind.startswith("text/html"):
            host = f"http://{self.headers['Host']}"
            self.send_header("Content-Security-Policy", CSP.format(cognito=host))
        self.end_headers()
        self.wfile.write(content if status != HTTPStatus.NO_CONTENT else b"")

    def _json(self, status: int, body: Any, kind: str = "application/json") -> None:
        self._answer(status, kind, json.dumps(body, ensure_ascii=False).encode())

    def _any(self) -> None:
        url = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}") if size else {}
        self.cloud.requests.append(f"{self.command} {self.path}")
        if key := self.headers.get("Idempotency-Key"):
            self.cloud.keys.append((url.path, key))
        if url.path == "/config.json":
            host = f"http://{self.headers['Host']}"
            self._json(200, {"region": "ap-northeast-1", "user_pool_client_id": "client",
                             "app_client_id": "app",
                             "cognito_endpoint": f"{host}/cognito"})  # fmt: skip
        elif url.path == "/cognito":
            action = self.headers["X-Amz-Target"].split(".")[1]
            try:
                self._json(200, self.cloud.cognito(action, body), "application/x-amz-json-1.1")
            except Refused as refused:
                said = {"__type": refused.body["title"], "message": refused.body["detail"]}
                self._json(refused.status, said, "application/x-amz-json-1.1")
        elif url.path.startswith("/api/"):
            self._api(url.path, {name: one[0] for name, one in parse_qs(url.query).items()}, body)
        else:
            self._file("index.html" if url.path == "/" else url.path.lstrip("/"))

    def _api(self, path: str, query: dict[str, str], body: Json) -> None:
        if path.startswith("/api/invitations/") and not path.endswith("/acceptance"):
            rest = path.split("/")[3:]
            try:
                said = self.cloud.billing.open_link(self.command, rest, self.cloud.users, body)
                self._json(200, said)
            except Said as problem:
                refused = Refused(*problem.args)
                self._json(refused.status, refused.body, "application/problem+json")
            return
        if path.startswith("/api/notices/receipts/"):  # open: a worker has no login
            self.cloud.phones.shown.append(path.split("/")[-1])
            self._answer(204, "", b"")
            return
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token.startswith("id.") or token in self.cloud.refused_tokens:
            self._json(401, {"message": "Unauthorized"})
            return
        if self.cloud.down and path.startswith(self.cloud.down):
            self._json(500, {"message": "Internal Server Error"})
            return
        try:
            answer = self.cloud.api(self.command, path, query, token.split(".", 2)[2], body)
        except Said as said:
            refused = Refused(*said.args)
            self._json(refused.status, refused.body, "application/problem+json")
            return
        except Refused as refused:
            self._json(refused.status, refused.body, "application/problem+json")
            return
        if answer is None:
            self._answer(204, "", b"")
        elif isinstance(answer, bytes):
            kind = "image/png" if answer.startswith(b"\x89PNG") else "image/jpeg"
            kind = "application/pdf" if answer.startswith(b"%PDF") else kind
            kind = "text/csv" if path.endswith("/export") else kind
            self._answer(200, kind, answer, "private, max-age=3600")
        else:
            posted = 202 if path.endswith(("/commands", "/live")) else 201
            self._json(posted if self.command == "POST" else 200, answer)

    def _file(self, name: str) -> None:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root) or not path.is_file():
            self._answer(404, "text/plain", b"not found")
            return
        self._answer(200, TYPES[path.suffix], path.read_bytes(), "no-cache")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815


class FakeServer:
    """Serves a page's folder and a FakeCloud on a free port of this machine."""

    def __init__(self, root: Path, port: int = 0) -> None:
        self.cloud = FakeCloud()
        handler = type("BoundHandler", (Handler,), {"cloud": self.cloud, "root": root.resolve()})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def anew(self) -> FakeCloud:
        """As if nobody had ever been here."""
        self.cloud = self.server.RequestHandlerClass.cloud = FakeCloud()  # type: ignore[attr-defined]
        return self.cloud

    def __enter__(self) -> "FakeServer":
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    from web.build import build

    fake = FakeServer(build(), int(sys.argv[1]) if len(sys.argv) > 1 else 8080)
    sys.stdout.write(f"{fake.url}  {', '.join(USERS)}  {PASSWORD}\n")
    fake.server.serve_forever()
