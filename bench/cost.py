"""`python -m bench.cost [--prices FILE.json]`: yen a home and month, by plan and number of homes.

What homes do is done on the local cloud, which counts what it is asked in the units that AWS bills
(local/counting.py): a day of a sensor with the real device's program, a day of a quiet deployment,
visits before a camera, arming and disarming, opening the page. A plan is so many of each in a month
(`bench/limits.py` says how many); what a quiet deployment asks by itself, with what its templates
cost whether used or not, is the fixed part. Prices are list prices without free tiers; one that is
missing is an error. Without a file, units are printed and no yen.

Mails are not those of the visits told here one by one, but as many as `bench/limits.py` says: most
visits are no reason for one, and what follows at once is held. Where homes are many, reports come
to their functions ten at a time (`BATCH`).
"""

import argparse
import json
import math
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.limits import Home
from local import seed
from local.cloud import LocalCloud
from local.counting import MONTH
from local.person import Person

DAYS = MONTH / 86_400
GB = 1024**3
SIZES = (1_000, 100_000, 1_000_000)
BATCH = 10
AIMS = {"camera": 4.0, "sensor": 4.5, "full": 8.0}
FIXED_AIM = 40.0
"""USD a month."""
POLLERS, POLLS = 5, 3 * 60 * 24 * DAYS
"""Lambda looks into each queue with five readers, who wait for twenty seconds each time."""

PRICES: Mapping[str, tuple[str, str, float]] = {
    "DynamoDB write": ("DynamoDB", "on-demand WRU", 1),
    "DynamoDB read": ("DynamoDB", "on-demand RRU", 1),
    "DynamoDB byte-month": ("DynamoDB", "storage standard", 1 / GB),
    "DynamoDB backup byte-month": ("DynamoDB", "PITR", 1 / GB),
    "Lambda request": ("Lambda", "requests (x86/arm64)", 1),
    "Lambda GB-s": ("Lambda", "duration arm64 tier1 (<7.5B GB-s)", 1),
    "SQS request": ("SQS", "standard requests (64KB)", 1),
    "S3 put": ("S3", "PUT/COPY/POST/LIST", 1),
    "S3 get": ("S3", "GET and other", 1),
    "S3 byte-month": ("S3", "Standard storage first 50TB", 1 / GB),
    "EventBridge event": ("EventBridge", "custom events (64KB)", 1),
    "Step Functions transition": ("Step Functions", "standard transition", 1),
    "API Gateway request": ("API Gateway", "HTTP API first 300M (512KB)", 1),
    "IoT message": ("IoT Core", "messaging first 1B (5KB units)", 1),
    "IoT rule": ("IoT Core", "rules triggered (5KB)", 1),
    "IoT action": ("IoT Core", "actions executed (5KB)", 1),
    "IoT shadow": ("IoT Core", "shadow/registry ops (1KB)", 1),
    "IoT minute": ("IoT Core", "connectivity", 1),
    "KMS request": ("KMS", "symmetric request", 1),
    "KMS key": ("KMS", "customer managed key", 1),
    "SES mail": ("SES", "outbound mail per recipient", 1),
    "Cognito person": ("Cognito", "Lite MAU up to 100k (10k free)", 1),
    "Cognito person above 100,000": ("Cognito", "Lite MAU next 900k", 1),
    "Cognito person above 1,000,000": ("Cognito", "Lite MAU next 9M", 1),
    "CloudFront request": ("CloudFront", "HTTPS request Japan", 1),
    "CloudWatch log byte": ("CloudWatch", "logs ingest standard", 1 / GB),
    "CloudWatch alarm": ("CloudWatch", "alarm standard", 1),
}
"""What is counted, by the service and item of the price file, and units of the price in one."""

BY_QUEUE = ("Lambda request", "SQS request: received and deleted")
"""What ten reports taken together ask for once."""


Amounts = dict[str, float]
"""How much of what, by its name."""


class Missing(LookupError):
    """A price that the file does not have."""


def priced(file: Path) -> tuple[dict[str, float], float]:
    """USD for one of each that is counted, and yen a USD. Raises `Missing`."""
    known = json.loads(file.read_text(encoding="utf-8"))
    listed = {(one["service"], one["item"]): one["usd"] for one in known["prices"]}
    found = {}
    for name, (service, item, part) in PRICES.items():
        usd = listed.get((service, item))
        if usd is None:
            raise Missing(f"{file}: no price of {service}: {item}")
        found[name] = float(usd) * part
    return found, float(known["jpy_per_usd"])


def usd_of(counted: Mapping[str, float], prices: Mapping[str, float]) -> dict[str, float]:
    """USD by what is counted, a function's name left out. What has no price costs nothing."""
    found: defaultdict[str, float] = defaultdict(float)
    for name, amount in counted.items():
        kind = name.partition(":")[0]
        if kind in prices:
            found[kind] += amount * prices[kind]
    return found


def times(counted: Mapping[str, float], factor: float) -> Amounts:
    """So many times all of it."""
    return {name: amount * factor for name, amount in counted.items()}


def plus(*several: Mapping[str, float]) -> Amounts:
    """All of them together."""
    return {name: sum(one.get(name, 0) for one in several) for those in several for name in those}


def minus(one: Mapping[str, float], other: Mapping[str, float]) -> Amounts:
    """What the first has more; nothing where it has less."""
    return {name: max(0, amount - other.get(name, 0)) for name, amount in one.items()}


@dataclass(frozen=True)
class Units:
    """What was counted of one of each."""

    quiet_day: Mapping[str, float]
    """Of a deployment in which nothing happens."""
    sensor_day: Mapping[str, float]
    report: Mapping[str, float]
    """A report of a device, of any kind: every five minutes and the state every hour."""
    visit: Mapping[str, float]
    """Somebody before a camera: pictures, detection, the event, the mails."""
    look: Mapping[str, float]
    """The page, opened."""
    arming: Mapping[str, float]
    """Armed and disarmed."""

    def month(self, plan: str, home: Home) -> Amounts:
        """What a home of this plan asks for in a month."""
        looks = home.looks * DAYS
        parts: list[Mapping[str, float]] = [times(self.look, looks)]
        connections = 0
        if plan in ("sensor", "full"):
            parts.append(times(self.sensor_day, DAYS))
            connections += 1
        if plan in ("camera", "full"):
            parts.append(times(self.report, 24 * DAYS))  # its state; motion is told with visits
            parts.append(times(without_mails(self.visit), home.episodes * DAYS))
            connections += 1
        if plan in ("guard", "full"):
            parts += [times(self.report, 24 * DAYS), times(without_mails(self.arming), 3 * DAYS)]
            connections += 1
        parts.append(
            {
                "IoT minute": connections * DAYS * 1440,
                "SES mail": home.mails * DAYS,
                "Cognito person": 2,  # the contractor and one of the family
                "CloudFront request": self.look.get("API Gateway request", 0) * looks,
            }
        )
        return plus(*parts)


def without_mails(counted: Mapping[str, float]) -> Amounts:
    """All but the mails."""
    return {name: amount for name, amount in counted.items() if name != "SES mail"}


PLANS = ("camera", "sensor", "guard", "full")


def together(counted: Mapping[str, float], homes: int) -> Amounts:
    """The same where so many homes report: ten at a time, once one comes every second."""
    share = BATCH if homes > 300 else 1
    return {
        name: amount / share if name.startswith(BY_QUEUE) else amount
        for name, amount in counted.items()
    }


def people(each: float, homes: int) -> Amounts:
    """Logins of a home by what they cost: the more there are in all, the less each."""
    total, found, below = each * homes, {}, 0.0
    for name, up_to in (
        ("Cognito person", 100_000),
        ("Cognito person above 100,000", 1_000_000),
        ("Cognito person above 1,000,000", math.inf),
    ):
        found[name] = max(0.0, min(total, up_to) - below) / homes
        below = up_to
    return found


def stored(counted: Mapping[str, float], templates: Iterable[Mapping[str, Any]]) -> Amounts:
    """Byte-months of what was put into buckets: each object until its bucket's rule ends it, the
    longest of several, a year at most. A bucket is known by what it is for: mimamori-<for>-…"""
    days = {
        name.lower(): max(rule["ExpirationInDays"] for rule in rules)
        for one in templates
        for name, resource in one["Resources"].items()
        if resource["Type"] == "AWS::S3::Bucket"
        if (rules := _ending(resource["Properties"]))
    }
    kept = 0.0
    for name, size in counted.items():
        if name.startswith("S3 byte: "):
            purpose = name.split("-")[1]
            held = next((days[one] for one in days if one.startswith(purpose)), 365)
            kept += size * min(held, 365) / DAYS
    return {"S3 byte-month": kept}


def _ending(bucket: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", ())
    return [rule for rule in rules if "ExpirationInDays" in rule]


def fixed(templates: Iterable[Mapping[str, Any]], quiet_day: Mapping[str, float]) -> Amounts:
    """What a deployment asks for in a month before its first home."""
    kinds = Counter(resource["Type"] for one in templates for resource in one["Resources"].values())
    queues = kinds["AWS::Lambda::EventSourceMapping"]
    standing = {
        "CloudWatch alarm": kinds["AWS::CloudWatch::Alarm"],
        "KMS key": kinds["AWS::KMS::Key"],
        "SQS request: looks into empty queues": queues * POLLERS * POLLS,
    }
    return plus(times(quiet_day, DAYS), standing)


# --- lived on the local cloud


def measure(report: Callable[[str], None]) -> Units:
    """Do one of each, some minutes on a local cloud of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mimamori-cost-"))
    with LocalCloud.start(
        seed=seed.seed, state_dir=folder / "cloud", count=True, report=report
    ) as cloud:
        life = _Life(cloud, folder, report)
        visit = life.visit()
        look = life.look()
        arming, stated = life.arming()
        quiet = life.quiet_day()
        sensor = minus(life.sensor_day(), quiet)
    return Units(quiet, sensor, stated, visit, look, arming)


TIMES = 10


def repeat(do: Callable[[], object], times: int = TIMES) -> None:
    """So many times."""
    for _ in range(times):
        do()


class _Life:
    """Homes on a local cloud, each thing done and counted."""

    def __init__(self, cloud: LocalCloud, folder: Path, report: Callable[[str], None]) -> None:
        self._cloud, self._folder, self._report = cloud, folder, report
        who, password = cloud.seeded["contractor"], cloud.seeded["password"]
        self._login: Callable[[], Person] = lambda: Person(cloud.web_url or "").log_in(
            who, password
        )
        self._person = self._login()
        self._home = cloud.seeded["home"]

    def _counted(self, what: str, do: Callable[[], object], share: float = 1) -> Amounts:
        self._cloud.settle()
        before, began = self._cloud.counted(), time.monotonic()
        do()
        self._cloud.settle()
        found = times(minus(self._cloud.counted(), before), 1 / share)
        self._report(f"{what}: {time.monotonic() - began:.0f} s")
        return found

    def quiet_day(self) -> Amounts:
        """Nothing happens; what is scheduled does."""
        quarter = partial(self._cloud.advance, "15m")
        return self._counted("a quiet day", partial(repeat, quarter, 96))

    def look(self) -> Amounts:
        """The page's requests when it is opened, and a device's page after."""
        home = f"/homes/{self._home}"
        paths = ("/me", "/homes", home, f"{home}/devices", f"{home}/events", f"{home}/timeline")
        found = [path for path in paths if self._person.request("GET", path).status == 200]

        def opened() -> None:
            for path in (*found, *found):  # as many as bench/limits.py has of one look: twelve
                self._person.request("GET", path)

        opened()
        ten = self._counted("ten looks", partial(repeat, opened), TIMES)
        return times(ten, 12 / (2 * len(found)))

    def visit(self) -> Amounts:
        """Somebody walks through a room that we drew, before the agent itself."""
        from iot.agent.camera.agent import Camera
        from iot.agent.camera.source import File
        from iot.scene import DEMO
        from local.boxed_camera import unpack
        from local.stories.camera import Lasting, cloud_clock
        from local.stories.telling import until

        asked = {"name": "居間", "kind": "smart-camera", "profile": "security"}
        added = self._person.send("POST", f"/homes/{self._home}/devices", asked)
        film = self._folder / "scene.mp4"
        DEMO.write_video(film)
        clock, box = cloud_clock(self._cloud), self._folder / "camera"
        told: list[str] = []

        def lived() -> None:
            """The whole film; nobody is left in the picture at its end."""
            told.clear()
            source = Lasting(File(film, clock), clock)
            config = unpack(self._cloud, box, "SN-C", added["setup_code"])
            camera = Camera(config, source, clock, lambda name, _: told.append(name))
            running = threading.Thread(target=camera.run, daemon=True)
            running.start()
            try:
                until("the film's end", lambda: source.played.is_set() or None, patience=600)
                path = f"/homes/{self._home}/events?device={added['id']}"
                until("the last event's end", lambda: self._ended(path), patience=300)
            finally:
                camera.stop()
                running.join(timeout=15)

        lived()  # the functions have started, the camera has its certificate
        found = self._counted("visits before a camera", lived)
        return times(found, 1 / max(1, told.count("episode-ended")))

    def _ended(self, path: str) -> bool | None:
        events = self._login().get(path)["events"]
        return (bool(events) and all(one["ended_at"] for one in events)) or None

    def arming(self) -> tuple[Amounts, Amounts]:
        """A controller: armed and disarmed, and its hourly word."""
        from local.guarded import ControllerDouble, GuardedFamily, install
        from local.homecheck import Operator

        operator = Operator(self._cloud, "bench@centre.example")
        family = GuardedFamily(self._cloud, "guarded@family.example")
        install(operator, family)
        family.registers()
        controller = ControllerDouble(family, self._folder / "controller")
        controller.installed()

        def armed() -> None:
            controller.arms("home")
            controller.disarms()

        armed()
        found = self._counted("armed ten times", partial(repeat, armed), TIMES)
        stated = self._counted("ten states", partial(repeat, controller.report), TIMES)
        controller.stop()
        return found, stated

    def sensor_day(self) -> Amounts:
        """A sensor's day, with the program that real ones run, looked at by the schedule."""
        from iot.agent.device.identity import Claim
        from iot.agent.device.measuring import Config, MeasuringDevice
        from iot.agent.sensor.recording import simulated
        from iot.agent.sensor.replay import Replay
        from iot.policies import template_name
        from local.stories.activity import subscribe
        from local.stories.camera import cloud_clock
        from local.stories.telling import until

        cloud = self._cloud
        subscribe(cloud, self._home)
        asked = {"name": "居間のセンサー", "kind": "activity-sensor"}
        added = self._login().send("POST", f"/homes/{self._home}/devices", asked)
        since = cloud.now()
        replay = Replay(simulated("retired, motion sensors", 3, 4), since, since)
        box = cloud.seeded["claim"]
        claim = Claim(Path(box["certificate"]), Path(box["key"]), "SN-S", added["setup_code"],
                      template_name("sensor"))  # fmt: skip
        config = Config("sensor", cloud.mqtt_host, cloud.mqtt_port, cloud.ca_file,
                        self._folder / "sensor", claim)  # fmt: skip
        told: list[str] = []
        device = MeasuringDevice(config, replay, cloud_clock(cloud), lambda n, _: told.append(n))
        running = threading.Thread(target=device.run, daemon=True)
        running.start()
        until("the certificate", lambda: "provisioned" in told or None)

        def live(hours: float) -> None:
            end = cloud.now() + timedelta(hours=hours)
            while (now := cloud.now()) < end:
                step: datetime = min(end, now + timedelta(minutes=5))
                cloud.advance(step.isoformat())
                until("the sensor's word", partial(self._said, replay, device, step), patience=120)

        try:
            live(24)  # the first day, on which it is learned
            return self._counted("a sensor's day", lambda: live(24))
        finally:
            device.stop()
            running.join(timeout=15)

    @staticmethod
    def _said(replay: Any, device: Any, at: datetime) -> bool | None:
        told = replay.told_until
        late = told is None or at - told > timedelta(minutes=6)
        return None if late or device.waiting else True


# --- told


def tables(
    units: Units,
    templates: Sequence[Mapping[str, Any]],
    prices: Mapping[str, float],
    yen: float,
    home: Home,
) -> str:
    """The tables in Markdown: yen a home and month by plan, and the fixed part in USD."""
    standing = usd_of(fixed(templates, units.quiet_day), prices)
    total = sum(standing.values())
    lines = [
        "| plan | " + " | ".join(f"{n:,} homes" for n in SIZES) + " | aim | largest |",
        "|---|" + "--:|" * (len(SIZES) + 1) + "---|",
    ]
    for plan in PLANS:
        month = units.month(plan, home)
        month["DynamoDB backup byte-month"] = month.get("DynamoDB byte-month", 0)
        month |= stored(month, templates)
        logins = month.pop("Cognito person")
        paid = {
            n: {
                **usd_of({**together(month, n), **people(logins, n)}, prices),
                "its part of what is fixed": total / n,
            }
            for n in SIZES
        }
        sums = " | ".join(f"{sum(paid[n].values()) * yen:.2f}" for n in SIZES)
        told = _largest(paid[SIZES[1]], yen)
        lines.append(f"| {plan} | {sums} | {AIMS.get(plan, '')} | {told} |")
    lines += [
        "",
        f"Fixed part: {total:.2f} USD a month (aim {FIXED_AIM:.0f}): {_largest(standing)}",
    ]
    return "\n".join(lines)


def _largest(paid: Mapping[str, float], factor: float = 1.0) -> str:
    several = sorted(paid.items(), key=lambda one: -one[1])[:6]
    return ", ".join(f"{name} {usd * factor:.2f}" for name, usd in several)


def main(arguments: Iterable[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prices", type=Path)
    parser.add_argument("--json", type=Path, help="keep what was counted here")
    parser.add_argument("--counted", type=Path, help="what was kept, instead of measuring anew")
    asked = parser.parse_args(list(arguments) if arguments is not None else None)
    try:
        prices, yen = priced(asked.prices) if asked.prices else ({}, 0.0)
    except (Missing, OSError, ValueError, KeyError) as error:
        print(error, file=sys.stderr)
        return 2
    if asked.counted:
        units = Units(**json.loads(asked.counted.read_text(encoding="utf-8")))
    else:
        units = measure(lambda line: print(line, file=sys.stderr, flush=True))
    if asked.json:
        asked.json.write_text(json.dumps(vars(units), indent=1), encoding="utf-8")
    for name, counted in vars(units).items():
        print(f"\n{name}")
        for what, amount in sorted(counted.items()):
            if amount:
                print(f"  {amount:14,.4f}  {what}")
    if prices:
        from local.synth import synthesize

        assembly = synthesize(Path(__file__).parents[1])
        templates = [json.loads(file.read_text()) for file in assembly.glob("*.template.json")]
        print(f"\n{tables(units, templates, prices, yen, Home())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
