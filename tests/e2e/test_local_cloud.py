"""The local cloud runs what the templates say, as AWS would, and leaves nothing behind."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
import urllib3

from local.cloud import LocalCloud
from local.state import AlreadyRunning
from local.synth import fingerprint
from tests.e2e.household import PATIENCE, Wild

PROJECT = Path(__file__).parents[2]
PASSWORD = "Correct-horse-1"


def items(cloud: LocalCloud, what: str) -> list[dict[str, Any]]:
    found = cloud.client("dynamodb").query(
        TableName=cloud.outputs["MiniData.TableName"],
        KeyConditionExpression="pk = :what",
        ExpressionAttributeValues={":what": {"S": what}},
    )["Items"]
    return list(found)


# --- synthesis -------------------------------------------------------------------------------


def test_the_app_is_synthesized_anew_only_when_it_changed(mini_app: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    shutil.copytree(mini_app, app, ignore=shutil.ignore_patterns("build"))
    before = fingerprint(app)
    (app / "functions" / "__pycache__").mkdir()
    (app / "functions" / "__pycache__" / "handlers.pyc").write_bytes(b"x")
    (app / "notes.txt").write_text("no part of the app")
    assert fingerprint(app) == before
    (app / "functions" / "handlers.py").write_text("changed")
    assert fingerprint(app) != before


# --- functions -------------------------------------------------------------------------------


def invoke(cloud: LocalCloud, name: str, event: dict[str, Any]) -> dict[str, Any]:
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.outputs[f"MiniApp.{name}Name"], Payload=json.dumps(event)
    )
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


def test_functions_take_packages_from_the_environment(mini_cloud: LocalCloud) -> None:
    assert invoke(mini_cloud, "Record", {"what": "packages"}) == {"recorded": "packages"}
    assert items(mini_cloud, "packages")[0]["packages"] == {"S": "3"}


def test_a_missing_grant_is_refused(mini_cloud: LocalCloud) -> None:
    answer = invoke(mini_cloud, "Forbidden", {"what": "forbidden"})
    assert "AccessDenied" in answer["errorMessage"]
    assert answer["errorType"] == "ClientError"
    assert items(mini_cloud, "forbidden") == []


def test_tables_have_their_ttl(mini_cloud: LocalCloud) -> None:
    found = mini_cloud.client("dynamodb").describe_time_to_live(
        TableName=mini_cloud.outputs["MiniData.TableName"]
    )["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_functions_log_to_cloudwatch(mini_cloud: LocalCloud) -> None:
    assert invoke(mini_cloud, "Fail", {})["errorType"] == "OutOfOrder"
    assert any("as asked" in line for line in mini_cloud.logs("failfunction"))


def test_presigned_urls_are_checked_by_real_time(mini_cloud: LocalCloud) -> None:
    """Functions and devices sign by their own clock, which does not move with ours."""
    mini_cloud.advance("1d")
    s3 = mini_cloud.client("s3")
    target = {"Bucket": mini_cloud.outputs["MiniApp.WebBucket"], "Key": "upload.txt"}
    url = s3.generate_presigned_url("put_object", Params=target, ExpiresIn=60)
    assert urllib3.request("PUT", url, body=b"x").status == 200
    assert urllib3.request("PUT", url[:-4] + "0000", body=b"x").status == 403
    short = s3.generate_presigned_url("put_object", Params=target, ExpiresIn=1)
    assert eventually(lambda: urllib3.request("PUT", short, body=b"x").status == 403)


# --- web -------------------------------------------------------------------------------------


def test_the_edge_serves_the_page_with_its_policy(mini_cloud: LocalCloud) -> None:
    page = urllib3.request("GET", f"{mini_cloud.web_url}/")
    assert b"served by the edge" in page.data
    assert page.headers["Content-Type"] == "text/html"
    policy = page.headers["Content-Security-Policy"].split("; ")
    assert policy == [
        "default-src 'self'",
        f"connect-src 'self' {mini_cloud.web_url}",
        f"img-src {mini_cloud.endpoint}",
    ]


def sign_in(cloud: LocalCloud) -> str:
    config = urllib3.request("GET", f"{cloud.web_url}/config.json").json()
    assert config["clientId"] == cloud.outputs["MiniApp.ClientId"]
    answer = urllib3.request(
        "POST",
        config["cognito"],
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
        json={
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": config["clientId"],
            "AuthParameters": {"USERNAME": "hanako@example.com", "PASSWORD": PASSWORD},
        },
    )
    assert answer.status == 200, answer.data
    return str(answer.json()["AuthenticationResult"]["IdToken"])


@pytest.fixture(scope="session")
def _user(mini_cloud: LocalCloud) -> None:
    users, pool = mini_cloud.client("cognito-idp"), mini_cloud.outputs["MiniApp.PoolId"]
    users.admin_create_user(
        UserPoolId=pool,
        Username="hanako@example.com",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "hanako@example.com"}],
    )
    users.admin_set_user_password(
        UserPoolId=pool, Username="hanako@example.com", Password=PASSWORD, Permanent=True
    )


@pytest.mark.usefixtures("_user")
def test_signing_in_works_before_and_after_the_clock_moved(mini_cloud: LocalCloud) -> None:
    def get_me(token: str) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return urllib3.request("GET", f"{mini_cloud.web_url}/api/me", headers=headers)

    assert get_me("none").status == 401
    token = sign_in(mini_cloud)
    me = get_me(token)
    assert (me.status, me.json()["user"]) == (200, "hanako@example.com")
    assert me.json()["path"] == "/api/me"

    mini_cloud.advance("2h")
    assert get_me(token).status == 401  # it was good for an hour
    later = get_me(sign_in(mini_cloud)).json()
    assert abs(later["at"] / 1000 - mini_cloud.now().timestamp()) < 600


# --- devices ---------------------------------------------------------------------------------


@pytest.fixture
def device(mini_cloud: LocalCloud, tmp_path: Path) -> Iterator[mqtt.Client]:
    """A device with a certificate of its own, connected."""
    iot = mini_cloud.client("iot")
    iot.create_thing(thingName="camera-1")
    keys = iot.create_keys_and_certificate(setAsActive=True)
    iot.attach_policy(policyName="device", target=keys["certificateArn"])
    iot.attach_thing_principal(thingName="camera-1", principal=keys["certificateArn"])
    (tmp_path / "crt").write_text(keys["certificatePem"])
    (tmp_path / "key").write_text(keys["keyPair"]["PrivateKey"])
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="camera-1")
    client.tls_set(str(mini_cloud.ca_file), str(tmp_path / "crt"), str(tmp_path / "key"))
    client.connect(mini_cloud.mqtt_host, mini_cloud.mqtt_port, keepalive=10)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def eventually(check: Any, patience: float = PATIENCE) -> Any:
    give_up = time.monotonic() + patience
    while not (found := check()) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found


def test_a_message_reaches_its_function_also_after_the_clock_moved(
    mini_cloud: LocalCloud, device: mqtt.Client
) -> None:
    assert eventually(device.is_connected)
    device.publish("dt/camera-1/telemetry", '{"n": 1}', qos=1).wait_for_publish(PATIENCE)
    assert eventually(lambda: items(mini_cloud, "message"))

    mini_cloud.advance("30d")

    assert device.is_connected()
    device.publish("dt/camera-1/telemetry", '{"n": 2}', qos=1).wait_for_publish(PATIENCE)
    found = eventually(lambda: len(items(mini_cloud, "message")) > 1)
    assert found
    assert json.loads(items(mini_cloud, "message")[-1]["sk"]["S"])["thing"] == "camera-1"


def test_a_device_without_certificate_is_refused(mini_cloud: LocalCloud) -> None:
    with Wild(mini_cloud, None, "nobody") as nobody:
        assert eventually(lambda: nobody.refused)
        assert not nobody.connected


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_everything_listens_on_loopback_only(mini_cloud: LocalCloud) -> None:
    urls = (mini_cloud.endpoint, mini_cloud.clock_url, mini_cloud.web_url or "")
    ports = {int(url.rpartition(":")[2]) for url in urls} | {mini_cloud.mqtt_port}
    loopback, listening = "0100007F", "0A"
    seen = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        address, _, port = local.partition(":")
        if state == listening and int(port, 16) in ports:
            assert address == loopback
            seen.add(int(port, 16))
    assert seen == ports


# --- life ------------------------------------------------------------------------------------


def command(state: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "local", "--dir", str(state), *words]


@contextlib.contextmanager
def running(state: Path, mini_app: Path, *options: str) -> Iterator[tuple[dict[str, Any], int]]:
    """`python -m local up` in a process of its own: what it says, and its process."""
    up = subprocess.Popen(
        command(state, "up", "--json", "--no-seed", "--app", str(mini_app), *options),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert up.stdout
        line = up.stdout.readline()
        assert line, (up.wait(), up.stderr and up.stderr.read().decode())
        yield json.loads(line), up.pid
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(PATIENCE)


def processes_of(state: Path) -> list[str]:
    """What runs with this folder in its command (the emulator and what started it), or within it
    (workers, which are forked and have no command of their own; only Linux tells)."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "command="], capture_output=True, text=True, check=True
    )
    commands = [line for line in listed.stdout.splitlines() if str(state) in line]
    return commands + [f"worker in {cwd}" for cwd in working_directories() if str(state) in cwd]


def working_directories() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            yield str(process.readlink())


@pytest.mark.slow
def test_keep_survives_a_restart_and_nothing_runs_in_between(
    tmp_path: Path, mini_app: Path
) -> None:
    state = tmp_path / "local"
    with running(state, mini_app, "--keep") as (first, _):
        cloud = LocalCloud.attach(state)
        assert cloud
        assert cloud.described() | {"pid": 0} == first | {"pid": 0}
        invoke(cloud, "Record", {"what": "kept"})
        cloud.client("iot").create_thing(thingName="kept")
        s3, bucket = cloud.client("s3"), cloud.outputs["MiniApp.WebBucket"]
        s3.put_object(Bucket=bucket, Key="kept.txt", Body=b"kept")
        cloud.advance("10d")
        then, ca = cloud.now(), cloud.ca_file.read_text()
        with (
            pytest.raises(AlreadyRunning, match="already runs here"),
            LocalCloud.start(mini_app, state_dir=state),
        ):
            pass
        assert any("worker" in line for line in processes_of(state))
    assert processes_of(state) == []
    assert LocalCloud.attach(state) is None

    with running(state, mini_app, "--keep") as (second, _):
        cloud = LocalCloud.attach(state)
        assert cloud
        assert second["outputs"] == first["outputs"]
        assert second["mqtt"] == first["mqtt"]
        assert second["web"] == first["web"]
        assert [item["pk"]["S"] for item in items(cloud, "kept")] == ["kept"]
        assert [t["thingName"] for t in cloud.client("iot").list_things()["things"]] == ["kept"]
        assert urllib3.request("GET", f"{cloud.web_url}/kept.txt").data == b"kept"
        assert cloud.now() >= then
        assert cloud.ca_file.read_text() == ca
        subprocess.run(command(state, "down"), cwd=PROJECT, check=True, capture_output=True)
    assert processes_of(state) == []
    assert not (state / "services-kept" / "tmp").exists()


def test_a_killed_parent_takes_all_along(tmp_path: Path, mini_app: Path) -> None:
    state = tmp_path / "local"
    with running(state, mini_app) as (_, pid):
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not processes_of(state))
        assert eventually(lambda: LocalCloud.attach(state) is None)


def test_a_broken_app_leaves_nothing(tmp_path: Path, mini_app: Path) -> None:
    state, broken = tmp_path / "local", tmp_path / "broken"
    shutil.copytree(mini_app, broken)
    template = broken / "build" / "cdk.out" / "MiniData.template.json"
    content = json.loads(template.read_text())
    content["Resources"]["Nonsense"] = {"Type": "AWS::No::SuchThing", "Properties": {}}
    template.write_text(json.dumps(content))

    tried = subprocess.run(
        command(state, "up", "--app", str(broken)), cwd=PROJECT, capture_output=True, text=True
    )

    assert tried.returncode == 1
    assert "AWS::No::SuchThing" in tried.stderr
    assert "Traceback" not in tried.stderr
    assert processes_of(state) == []
    assert sorted(p.name for p in state.iterdir()) == ["emulator.log", "lock"]
