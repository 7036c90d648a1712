"""The local cloud: start, deploy, use, stop.

with LocalCloud.start(Path(".")) as cloud:
    cloud.client("dynamodb").list_tables()
    cloud.advance("3d")
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import urllib3
from botocore.config import Config

from local import emulator, when
from local.cloudfront import Edge
from local.deploy import Deployer, DeployError
from local.state import AlreadyRunning, StateDir
from local.synth import SynthError, synthesize

REGION = emulator.REGION
ACCOUNT = emulator.ACCOUNT
_PROJECT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_NO_TIMEOUT = urllib3.Timeout(connect=5, read=None)

Report = Callable[[str], None]


class StartError(Exception):
    """The emulator did not come up."""


class ClockRefused(Exception):
    """The clock did not do what was asked."""


FAILURES = (AlreadyRunning, DeployError, StartError, SynthError)
"""What starting can end in; each says in words what is to be done."""


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@dataclass
class LocalCloud:
    """A running local cloud. Get one with `LocalCloud.start` or, of another process, `attach`."""

    endpoint: str
    mqtt_host: str
    mqtt_port: int
    clock_url: str
    ca_file: Path
    log_file: Path
    web_url: str | None = None
    api_url: str | None = None
    outputs: dict[str, str] = field(default_factory=dict)
    seeded: dict[str, Any] = field(default_factory=dict)
    region: str = REGION
    account: str = ACCOUNT
    _http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager, repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)
    _tables: Any = field(default=None, repr=False)

    # --- life ------------------------------------------------------------------------------

    @classmethod
    @contextlib.contextmanager
    def start(
        cls,
        app_dir: Path = _PROJECT,
        *,
        state_dir: Path | None = None,
        keep: bool = False,
        count: bool = False,
        harsh: int | None = None,
        seed: "Callable[[LocalCloud], dict[str, Any]] | None" = None,
        report: Report = _to_stderr,
    ) -> Iterator["LocalCloud"]:
        """Start the emulator, deploy the app, fill it; on leaving, stop and leave nothing.

        ``seed`` fills the cloud (local/seed.py has the demo household) and returns what there is
        to know of it; without, it stays empty. With `keep`, what the services hold survives until
        the next start with `keep`. With `count`, `counted` says what was asked of the services;
        with `harsh`, a seed, also the faults that it brought (local/harsh.py).
        """
        app_dir = app_dir.resolve()
        state = StateDir((state_dir or app_dir / "var" / "local").resolve(), keep)
        with contextlib.ExitStack() as ending:
            ending.enter_context(_signals_as_exit())
            state.acquire()
            ending.callback(state.release)
            if not keep:
                state.clear()
                ending.callback(state.clear)
            assembly = synthesize(app_dir)
            began = time.monotonic()
            ports = state.ports()
            process = _start_emulator(state, ports, keep, count, harsh)
            ending.callback(_stop_emulator, process)
            cloud = cls(
                endpoint=f"http://127.0.0.1:{ports['http']}",
                mqtt_host="127.0.0.1",
                mqtt_port=ports["mqtt"],
                clock_url=f"http://127.0.0.1:{ports['clock']}",
                ca_file=state.ca_file,
                log_file=state.log,
            )
            cloud._wait_until_ready(process)
            report(f"emulator ready ({time.monotonic() - began:.1f} s)")
            cloud.outputs = cloud._deployer().deploy(
                assembly, report, {"WebUrl": f"http://127.0.0.1:{ports['web']}"}
            )
            cloud._find_doors(ports["web"], ending)
            if seed:
                cloud.seeded = seed(cloud)
            state.announce(cloud.described())
            report(f"local cloud ready ({time.monotonic() - began:.1f} s)")
            yield cloud

    @classmethod
    def attach(cls, state_dir: Path = _PROJECT / "var" / "local") -> "LocalCloud | None":
        """The local cloud another process runs, if one does."""
        run = StateDir(state_dir).running()
        if run is None:
            return None
        return cls(
            endpoint=run["endpoint"],
            mqtt_host=run["mqtt"]["host"],
            mqtt_port=run["mqtt"]["port"],
            clock_url=run["clock"],
            ca_file=Path(run["mqtt"]["ca"]),
            log_file=Path(run["log"]),
            web_url=run["web"],
            api_url=run["api"],
            outputs=run["outputs"],
            seeded=run["seeded"],
        )

    def described(self) -> dict[str, Any]:
        """Where everything is, as `up --json` prints it and `run.json` keeps it."""
        return {
            "pid": os.getpid(),
            "web": self.web_url,
            "api": self.api_url,
            "endpoint": self.endpoint,
            "region": self.region,
            "account": self.account,
            "mqtt": {"host": self.mqtt_host, "port": self.mqtt_port, "ca": str(self.ca_file)},
            "clock": self.clock_url,
            "log": str(self.log_file),
            "outputs": self.outputs,
            "seeded": self.seeded,
        }

    # --- use -------------------------------------------------------------------------------

    def client(self, service: str) -> Any:
        """The boto3 client of a service, with the rights of the account's root. Made once."""
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._new_client(service)
            return self._clients[service]

    def table(self, name: str) -> Any:
        """A DynamoDB table, with the rights of the account's root."""
        with self._making:
            if self._tables is None:
                self._tables = boto3.resource(
                    "dynamodb",
                    endpoint_url=self.endpoint,
                    region_name=self.region,
                    aws_access_key_id="test",
                    aws_secret_access_key="test",
                )
            return self._tables.Table(name)

    def _new_client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(
                signature_version="s3v4" if service == "s3" else None,
                s3={"addressing_style": "path"},
                max_pool_connections=20,
                retries={"max_attempts": 2},
            ),
        )

    def now(self) -> datetime:
        """The time in the local cloud."""
        return datetime.fromisoformat(self._ask_clock("GET")["now"])

    def advance(self, by_or_to: str) -> dict[str, Any]:
        """Move the clock by a duration (`3d`) or to a time (`2026-12-24T09:00`, JST).

        Returns when everything due on the way has happened: {"now", "fired": [{"at", "name"}]}.
        """
        return self._ask_clock("POST", when.request_for(by_or_to))

    def settle(self) -> None:
        """Wait until nothing is in flight, without moving the clock."""
        self._ask_clock("POST", {"advance": "0s"})

    def counted(self) -> dict[str, float]:
        """What was asked of the services since the start, in what AWS bills (local/counting.py)."""
        found: dict[str, float] = self._http.request("GET", f"{self.clock_url}/counts").json()
        return found

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """Mails sent so far, oldest first; `to`: those to this address."""
        found = self._http.request("GET", f"{self.endpoint}/_ministack/ses/messages").json()
        mails: list[dict[str, Any]] = found["messages"].get(self.account, [])
        return [mail for mail in mails if to is None or to in mail["To"]]

    def logs(self, function: str = "") -> list[str]:
        """What functions whose name contains this wrote, oldest first."""
        client = self.client("logs")
        # A function's group is named by Lambda, or where the template brings one, by its stack.
        found = [
            (
                event["timestamp"],
                re.sub(r"^/aws/(lambda|cloudformation)/", "", group["logGroupName"]),
                event["message"],
            )
            for page in client.get_paginator("describe_log_groups").paginate()
            for group in page["logGroups"]
            if function.lower() in group["logGroupName"].lower()
            for events in client.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            for event in events["events"]
        ]
        found.sort(key=lambda entry: entry[0])
        return [f"{name}  {message.rstrip()}" for _at, name, message in found]

    def _ask_clock(self, method: str, asked: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self._http.request(method, self.clock_url, json=asked, timeout=_NO_TIMEOUT)
        content: dict[str, Any] = answer.json()
        if answer.status != 200:
            raise ClockRefused(content.get("detail", str(content)))
        return content

    # --- start -----------------------------------------------------------------------------

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        give_up = time.monotonic() + _START_SECONDS
        while time.monotonic() < give_up:
            if process.poll() is not None:
                break
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                ready = self._http.request(
                    "GET", f"{self.endpoint}/_ministack/ready", retries=False, timeout=2
                )
                if ready.status == 200:
                    ca = self._http.request("GET", f"{self.endpoint}/_ministack/iot/ca.pem")
                    self.ca_file.write_bytes(ca.data)
                    return
            time.sleep(0.05)
        raise StartError(f"the emulator did not start:\n{self.log_file.read_text()[-4000:]}")

    def _deployer(self) -> Deployer:
        return Deployer(self.client, self.endpoint, self.account, self.region)

    def _find_doors(self, web_port: int, ending: contextlib.ExitStack) -> None:
        apis = self.client("apigatewayv2").get_apis()["Items"]
        if apis:
            self.api_url = f"{self.endpoint}/_aws/execute-api/{apis[0]['ApiId']}/api"
        listed = self.client("cloudfront").list_distributions()["DistributionList"]
        if distributions := listed.get("Items"):
            edge = Edge(web_port, self.endpoint, distributions[0]["DomainName"])
            ending.callback(edge.close)
            self.web_url = edge.url


def _start_emulator(
    state: StateDir, ports: dict[str, int], keep: bool, count: bool, harsh: int | None
) -> "subprocess.Popen[bytes]":
    environment = emulator.environment(ports["http"], ports["mqtt"], state.services, keep)
    with state.log.open("wb") as log:
        return subprocess.Popen(
            emulator.command(ports["clock"], state.services, count=count, harsh=harsh),
            cwd=_PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the process in front, which ends this one
            pass_fds=[state.lock_fd],  # the directory is in use until this one, too, is gone
        )


def _stop_emulator(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _signals_as_exit() -> Iterator[None]:
    """SIGTERM leaves by way of an exception, as Ctrl-C does, so that all is put away."""

    def leave(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:  # only the main thread may
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
