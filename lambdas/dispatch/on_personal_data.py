"""What is kept of visits and calls is disclosed, or erased."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.shared.aws import dynamo
from lambdas.shared.aws.personal_data_service import PersonalDataSettings, listener
from lambdas.shared.personal_data import Subject


def cases_and_plans(subject: Subject, table: Any) -> Mapping[str, Sequence[str]]:
    """The cases and plans of the subject's contracts."""
    rows = [
        row["sk"].split("#")
        for contract in subject.contracts
        for row in dynamo.query(table, Key("pk").eq(f"CONTRACT#{contract}"))
    ]
    return {
        name.lower(): [parts[-1] for parts in rows if parts[0] == name] for name in ("CASE", "PLAN")
    }


handler = listener(Path(__file__).parent, PersonalDataSettings, more=cases_and_plans)
