"""What the directory says of a home is disclosed, or erased."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.shared.aws import dynamo
from lambdas.shared.aws.personal_data_service import PersonalDataSettings, listener
from lambdas.shared.personal_data import Subject

_MEMBER = "MEMBER#"


def members(subject: Subject, table: Any) -> Mapping[str, Sequence[str]]:
    """Everybody of the home, also those whose own data stays because they belong to another."""
    of = Key("pk").eq(f"HOME#{subject.home}") & Key("sk").begins_with(_MEMBER)
    rows = dynamo.query(table, of, ConsistentRead=True) if subject.home else ()
    return {"member": [row["sk"].removeprefix(_MEMBER) for row in rows]}


handler = listener(Path(__file__).parent, PersonalDataSettings, more=members)
