"""Yen of a home from what was counted (bench/cost.py)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import cost
from bench.cost import (
    DAYS,
    Missing,
    Units,
    fixed,
    main,
    minus,
    people,
    plus,
    priced,
    stored,
    together,
    usd_of,
)
from bench.limits import Home

NOTHING: dict[str, float] = {}
UNITS = Units(
    quiet_day={"Lambda request: Audit": 96},
    sensor_day={"DynamoDB write": 300, "Lambda request: OnReport": 288},
    report={"DynamoDB write": 1},
    visit={"S3 put": 4},
    look={"API Gateway request": 12},
    arming={"DynamoDB write": 5},
)


def prices(tmp_path: Path, **without: Any) -> Path:
    listed = [
        {"service": service, "item": item, "usd": 0.001}
        for service, item, _ in cost.PRICES.values()
        if (service, item) != without.get("but")
    ]
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({"prices": listed, "jpy_per_usd": 150}))
    return file


def test_a_function_s_name_is_part_of_its_kind() -> None:
    found = usd_of(
        {"Lambda request: A": 2, "Lambda request: B": 3, "else": 9}, {"Lambda request": 2}
    )
    assert found == {"Lambda request": 10}


def test_amounts_add_up_and_never_fall_below_nothing() -> None:
    assert plus({"a": 1}, {"a": 2, "b": 3}) == {"a": 3, "b": 3}
    assert minus({"a": 1, "b": 5}, {"a": 2}) == {"a": 0, "b": 5}


def test_a_plan_is_its_devices_its_people_and_what_happens() -> None:
    home = Home(episodes=2, looks=1)
    sensor, camera = UNITS.month("sensor", home), UNITS.month("camera", home)
    assert sensor["DynamoDB write"] == pytest.approx(300 * DAYS)
    assert "S3 put" not in sensor
    assert camera["S3 put"] == pytest.approx(4 * 2 * DAYS)
    full = UNITS.month("full", home)
    assert full["IoT minute"] == pytest.approx(3 * DAYS * 1440)
    assert full["DynamoDB write"] == pytest.approx((300 + 24 + 24 + 3 * 5) * DAYS)
    assert full["Cognito person"] == 2


def test_where_homes_are_many_ten_reports_are_taken_together() -> None:
    counted = {"Lambda request: OnReport": 100, "DynamoDB write": 100}
    assert together(counted, 100) == counted
    assert together(counted, 1_000) == {"Lambda request: OnReport": 10, "DynamoDB write": 100}


def test_the_more_people_there_are_the_less_the_last_of_them_cost() -> None:
    names = ("Cognito person", "Cognito person above 100,000", "Cognito person above 1,000,000")
    assert [people(2, 1_000)[name] for name in names] == [2, 0, 0]
    assert [people(2, 1_000_000)[name] for name in names] == pytest.approx([0.1, 0.9, 1.0])


def test_an_object_is_stored_until_its_buckets_rule_ends_it() -> None:
    rules = {"Rules": [{"ExpirationInDays": 30.4}, {"AbortIncompleteMultipartUpload": {}}]}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"LifecycleConfiguration": rules}}
    counted = {"S3 byte: mimamori-pictures-1": 100, "S3 byte: mimamori-web-1": 10}
    found = stored(counted, [{"Resources": {"Pictures8CDD": bucket}}])
    assert found["S3 byte-month"] == pytest.approx(100 + 10 * 365 / 30.4)


def test_the_fixed_part_is_what_stands_and_what_a_quiet_day_asks() -> None:
    template = {
        "Resources": {
            "A": {"Type": "AWS::CloudWatch::Alarm"},
            "B": {"Type": "AWS::KMS::Key"},
            "C": {"Type": "AWS::Lambda::EventSourceMapping"},
        }
    }
    found = fixed([template, template], UNITS.quiet_day)
    assert (found["CloudWatch alarm"], found["KMS key"]) == (2, 2)
    assert found["Lambda request: Audit"] == pytest.approx(96 * DAYS)
    looks = found["SQS request: looks into empty queues"]
    assert looks == pytest.approx(2 * 5 * 3 * 1440 * DAYS)


def test_a_price_that_is_missing_is_an_error_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = prices(tmp_path, but=("KMS", "symmetric request"))
    with pytest.raises(Missing, match="KMS: symmetric request"):
        priced(file)
    assert main(["--prices", str(file)]) == 2
    assert "KMS: symmetric request" in capsys.readouterr().err


def test_what_was_counted_once_is_told_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "counted.json"
    kept.write_text(json.dumps(vars(UNITS)))
    assert main(["--counted", str(kept)]) == 0
    said = capsys.readouterr().out
    assert "sensor_day" in said
    assert "300.0000  DynamoDB write" in said
