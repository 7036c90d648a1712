"""A home is moved to another deployment, with everything of it (HT-91)."""

from pathlib import Path
from typing import Any

import pytest

from lambdas.detect.store import Pictures, Store
from lambdas.shared import settings
from lambdas.shared.aws import clients
from lambdas.shared.aws.directory import Directory
from tests.integration.conftest import HANAKO, PICTURES, TABLES, TARO
from tests.integration.office import Office
from tests.integration.test_api import event
from tools.transfer import Deployment, NotMoved

pytestmark = pytest.mark.rule("HT-91")

NAMES = {"directory": "homes", "readings": "ingest", "notices": "notify"}
MOVED = [name for name in TABLES if name != "homes"]
HOME = "home-moving"


@pytest.fixture
def theirs(office: Office) -> Deployment:
    """The successor's deployment: tables, bucket and logins of its own."""
    dynamodb, s3, cognito = (clients.client(one) for one in ("dynamodb", "s3", "cognito-idp"))
    for name in MOVED:
        about = dynamodb.describe_table(TableName=name)["Table"]
        dynamodb.create_table(
            TableName=f"{name}-2",
            KeySchema=about["KeySchema"],
            AttributeDefinitions=about["AttributeDefinitions"],
            BillingMode="PAY_PER_REQUEST",
        )
    s3.create_bucket(
        Bucket="pictures-2", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
    )
    pool = cognito.create_user_pool(PoolName="theirs", UsernameAttributes=["email"])["UserPool"]
    return deployment("-2", pool["Id"])


def deployment(suffix: str, pool: str = "") -> Deployment:
    return Deployment(
        tables={NAMES.get(name, name): f"{name}{suffix}" for name in MOVED},
        buckets={
            "detect": f"{PICTURES}{suffix}",
            "dispatch": "disclosures",
            "billing": "claims",
        },
        pool=pool,
        client=clients.client,
        table=clients.table,
    )


@pytest.fixture
def moving(office: Office) -> str:
    """A contract of a home with two people, invoiced, with an event and its picture."""
    contract = office.running(home=HOME)
    office.run("monthly", at="2026-09-01T10:00", period="2026-08")
    office.run("daily", at="2026-09-01T00:00")
    Store("detect").see(event().model_copy(update={"home": HOME}))
    Pictures(PICTURES).keep(HOME, event().id, b"\xff\xd8\xfe")
    return contract


def rows(table: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["pk"], row["sk"]): row for row in clients.table(table).scan()["Items"]}


def test_everything_is_there_afterwards_and_once(
    office: Office, moving: str, theirs: Deployment, tmp_path: Path
) -> None:
    ours = deployment("")
    folder = tmp_path / "home"
    went = ours.out(HOME, folder)
    came = theirs.take_in(folder, "M")
    assert sum(came.values()) == sum(went.values())
    assert not [name for name in came if name.endswith("there already")]
    again = theirs.take_in(folder, "M")
    assert not [name for name in again if name.endswith(".rows")]
    ids = new_ids(theirs)
    for table in MOVED:
        expected = {
            key: row for key, row in rows(table).items() if HOME in str(row) or moving in str(row)
        }
        if table == "billing":  # what is made anew from the rest
            made = ("FIND#", "RUN", "REQUEST#", "LAST", "DEBITS#", "TRIAL#")
            expected = {k: row for k, row in expected.items() if not k[0].startswith(made)}
        assert expected or table in (
            "devices",
            "readings",
            "dispatch",
            "security",
            "notices",
            "news",
        )
        there = rows(f"{table}-2")
        for (pk, sk), row in expected.items():
            key = renamed(pk, ids), renamed(sk, ids)
            assert str(there.get(key)) == renamed(str(row), ids), key
    picture = clients.client("s3").get_object(
        Bucket="pictures-2", Key=f"pictures/{HOME}/{event().id}.jpg"
    )
    assert picture["Body"].read() == b"\xff\xd8\xfe"


def new_ids(deployment: Deployment) -> dict[str, str]:
    """Each person's new login by the old one."""
    users = clients.client("cognito-idp").list_users(UserPoolId=deployment.pool)["Users"]
    by_email = {
        next(a["Value"] for a in user["Attributes"] if a["Name"] == "email"): next(
            a["Value"] for a in user["Attributes"] if a["Name"] == "sub"
        )
        for user in users
    }
    return {HANAKO: by_email["hanako@f.example"], TARO: by_email["taro@f.example"]}


def renamed(text: str, ids: dict[str, str]) -> str:
    for old, new in ids.items():
        text = text.replace(old, new)
    return text


def test_the_successor_bills_as_we_would_have(
    office: Office, moving: str, theirs: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment("").out(HOME, tmp_path / "home")
    theirs.take_in(tmp_path / "home", "M")
    office.run("monthly", at="2026-10-01T10:00", period="2026-09")
    ours = rows("billing")[f"INVOICES#{moving}", "2026-09"]
    for name in MOVED:
        monkeypatch.setenv(f"{name.upper()}_TABLE", f"{name}-2")
    settings.load.cache_clear()
    rebuilt = office.run("rebuild", at="2026-09-02T09:00")
    assert rebuilt["rebuilt"] == 1
    office.run("monthly", at="2026-10-01T10:00", period="2026-09")
    invoice = rows("billing-2")[f"INVOICES#{moving}", "2026-09"]
    ids = new_ids(theirs)
    assert renamed(str(ours["body"]), ids) == str(invoice["body"])
    home = Directory("directory-2").home(HOME)
    assert home
    assert {one.person for one in home.members} == set(ids.values())
    assert home.contracts


def test_who_is_on_the_way_is_waited_for(
    office: Office, moving: str, theirs: Deployment, tmp_path: Path
) -> None:
    table = clients.table("dispatch")
    table.put_item(Item={"pk": "CASE#HC-1", "sk": "HEAD", "kind": "HC"})
    table.put_item(Item={"pk": f"CONTRACT#{moving}", "sk": "CASE#2026-09-01#HC-1"})
    table.put_item(Item={"pk": "OPEN", "sk": "HC-1"})
    with pytest.raises(NotMoved, match="HC-1 is open"):
        deployment("").out(HOME, tmp_path / "home")
    table.delete_item(Key={"pk": "OPEN", "sk": "HC-1"})
    table.put_item(Item={"pk": "CASE#HC-10", "sk": "HEAD", "kind": "HC"})
    table.put_item(Item={"pk": f"CONTRACT#{moving}", "sk": "CASE#2026-09-02#HC-10"})
    deployment("").out(HOME, tmp_path / "again")
    theirs.take_in(tmp_path / "again", "M")
    cases = {pk for pk, _ in rows("dispatch-2") if pk.startswith("CASE#")}
    assert cases == {"CASE#HC-1-M", "CASE#HC-10-M"}


def test_a_home_of_nobody_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotMoved, match="nobody belongs"):
        deployment("").out("home-none", tmp_path / "none")
    assert not (tmp_path / "none").exists()
