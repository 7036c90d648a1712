"""Days of homes become rows without persons, and tables that name nobody (HT-74)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from iot.messages.sensor import SensorMinutes
from lambdas.ingest import on_statistics, statistics_api
from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity.packing import pack
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws import clients
from tests.integration.conftest import HANAKO, HOME, Ask, Cloud, Context
from tests.integration.lived import GATEWAY
from tests.integration.samples import NOON

ADMIN, MONTH = "[admin]", "2026-11"
DAY = NOON.date() - timedelta(days=on_statistics.BEHIND)
PATH = f"/statistics/activity/{MONTH}"


def day(asleep: int, product: str, on: date = DAY) -> DayRow:
    return DayRow(
        date=on,
        product=product,
        home=1440 - asleep - 120,
        asleep=asleep,
        away=120,
        unknown=0,
        present=1320,
        firings=660,
        passages=2,
        night=asleep,
        night_sd=30,
        night_known=1440,
        visits=1,
        fridge=3,
        longest_gap=0,
    )


def live(homes: dict[str, DayRow]) -> None:
    """Homes that were heard of, each with a day."""
    store = ActivityStore("readings")
    (part,) = pack(GATEWAY, [SensorMinutes(name="x", kind="motion", first=NOON, counts=[1])])
    for home, one in homes.items():
        store.add(home, part)
        store.keep_days(home, [one])


@pytest.fixture(autouse=True)
def _bucket(cloud: Cloud) -> None:
    clients.client("s3").create_bucket(
        Bucket="statistics",
        CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"},
    )


def count(at: datetime = NOON) -> int:
    return on_statistics.handler({"at": at.isoformat()}, Context())["rows"]


@pytest.mark.rule("HT-74")
def test_a_day_of_all_homes_becomes_rows_that_name_nobody(tmp_path: Path) -> None:
    live({f"home-{n}": day(400 + n, "doshiteru") for n in range(12)})
    live({HOME: day(444, "home-security", on=DAY - timedelta(days=1))})  # of another day
    assert count() == 12
    file = tmp_path / "day.parquet"
    clients.client("s3").download_file("statistics", f"days/{DAY}.parquet", str(file))
    found = duckdb.read_parquet(str(file))
    names = ["date", "product", "home", "asleep", "away", "present", "firings"]
    assert found.columns == names
    rows = found.fetchall()
    assert rows == sorted(rows)
    assert {row[3] for row in rows} == {400, 410}  # in tens of minutes
    assert b"home-1" not in file.read_bytes()


@pytest.mark.rule("HT-74")
def test_staff_read_a_months_tables_without_small_cells(ask: Ask) -> None:
    products = {"doshiteru": 30, "alsok-mimamori": 14, "home-security": 3}
    for product, homes in products.items():
        live({f"{product}-{n}": day(420, product) for n in range(homes)})
    assert count() == count() == 47
    body = ask(statistics_api.handler, "GET", PATH, groups=ADMIN).body
    by = {table["by"]: table for table in body["tables"]}
    (everybody,) = by["all"]["cells"]
    assert (everybody["homes"], everybody["days"], everybody["asleep"]) == (47, 47, 420)
    assert everybody["activity"] == 0.5
    assert [cell["name"] for cell in by["product"]["cells"]] == ["doshiteru"]
    assert by["product"]["dropped"] == 2
    assert [cell["homes"] for cell in by["weekday"]["cells"]] == [47]


@pytest.mark.rule("HT-74")
def test_of_few_homes_nothing_is_shown(ask: Ask) -> None:
    live({f"home-{n}": day(400, "doshiteru") for n in range(9)})
    assert count() == 9
    body = ask(statistics_api.handler, "GET", PATH, groups=ADMIN).body
    assert all(table["cells"] == [] for table in body["tables"])


def test_a_day_of_nobody_is_no_failure(ask: Ask) -> None:
    assert count() == 0
    assert ask(statistics_api.handler, "GET", PATH, groups=ADMIN).body["tables"] == []


@pytest.mark.rule("HT-74")
@pytest.mark.parametrize(
    ("groups", "path", "status"),
    [
        (None, PATH, 403),
        ("[operator]", PATH, 403),
        (ADMIN, "/statistics/activity/2026-10", 404),
        (ADMIN, "/statistics/activity/2026-13", 422),
    ],
)
def test_families_read_no_statistics_and_what_is_not_there_is_a_problem(
    ask: Ask, groups: str | None, path: str, status: int
) -> None:
    answer = ask(statistics_api.handler, "GET", path, person=HANAKO, groups=groups)
    assert answer.status == status
    assert answer.body["type"].startswith("urn:mimamori:problem:")
