"""What is kept of how somebody lives is disclosed, or erased."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lambdas.ingest.activity.packing import unpack
from lambdas.shared.aws.dynamo import Row
from lambdas.shared.aws.personal_data_service import PersonalDataSettings, listener


def opened(row: Row) -> Mapping[str, Any]:
    """A row; an hour's readings as what each sensor counted in its minutes."""
    if "parts" not in row:
        return row
    chunks = [chunk for part in row["parts"] for chunk in unpack(bytes(part))]
    return {**row, "parts": [chunk._asdict() for chunk in chunks]}


handler = listener(Path(__file__).parent, PersonalDataSettings, unpack=opened)
