"""Requests that the API's document allows, and some that it does not, made from the document itself
for each role: whatever is asked, the answer is no fault of ours (schemathesis).

Half of the requests are about what there is (``VALUES``), the others about anything.
"""

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from lambdas.shared.aws import clients
from tests import examples
from tests.integration.conftest import HANAKO, STRANGER, TARO, Ask, Cloud
from tests.integration.test_api import ROUTES, VALUES
from tests.integration.test_hostile_requests import _all_settings as _all_settings

DOCUMENT = Path(__file__).parents[2] / "docs/openapi.json"
HANDLERS = {(method, path): handler for handler, method, path in ROUTES}
ROLES = {
    "nobody's": ("person-nobody", ""),
    "stranger": (STRANGER, ""),
    "contractor": (HANAKO, ""),
    "watcher": (TARO, ""),
    "operator": ("staff-1", "[operator]"),
    "operator of a centre": ("staff-2", "[operator-east]"),
    "leader": ("staff-3", "[leader]"),
    "responder": ("staff-4", "[responder]"),
    "company": ("staff-5", "[company-mizuho responder]"),
    "billing": ("staff-6", "[billing]"),
    "everything": ("staff-7", "[operator leader responder billing admin]"),
}


EACH = 20
"""Requests of each kind to an operation by each role in `make test-all`; else a role takes its
share of the operations, with one of each kind."""


@cache
def operations() -> list[Any]:
    """The operations of the document."""
    schema = schemathesis.openapi.from_dict(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    return [found.ok() for found in schema.get_all_operations()]


def cases(operation: Any, mode: GenerationMode, number: int) -> list[Case]:
    """Some requests to an operation, the same in every run; none where none can be made (of what
    takes nothing, nothing can be wrong)."""
    made: list[Case] = []

    @hypothesis.seed(7)
    @hypothesis.settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def make(case: Case) -> None:
        made.append(case)

    with suppress(Unsatisfiable):
        make()
    return made


@pytest.fixture
def running(cloud: Cloud) -> Cloud:
    """With a camera, and with the machine of billing's runs."""
    cloud.camera("cam-living")
    clients.client("stepfunctions").create_state_machine(
        name="run",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
        roleArn="arn:aws:iam::123456789012:role/run",
    )
    return cloud


@pytest.mark.parametrize("role", ROLES)
def test_no_request_of_any_role_is_a_fault_of_ours(running: Cloud, ask: Ask, role: str) -> None:
    person, groups = ROLES[role]
    share = slice(None) if examples.THOROUGH else slice([*ROLES].index(role), None, len(ROLES))
    asked = 0
    for operation in operations()[share]:
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            for case in cases(operation, mode, EACH if examples.THOROUGH else 1):
                asked += 1
                answer = send(ask, case, person, groups, known=bool(asked % 2))
                said = (operation.label, case.path_parameters, case.query, case.body, answer)
                assert answer.status < 500, said
                if answer.status >= 400 and answer.body:
                    assert answer.body["status"] == answer.status, said
                    assert answer.body["detail"], said
    assert asked > 20


def send(ask: Ask, case: Case, person: str, groups: str, *, known: bool) -> Any:
    """Send a request; about what there is, where it is to be ``known``."""
    names = {**(case.path_parameters or {}), **(VALUES if known else {})}
    path = case.operation.path.removeprefix("/api")
    method = case.operation.method.upper()
    return ask(
        HANDLERS[method, path],
        method,
        unquote(path.format_map(names)),
        person=person,
        groups=groups,
        query={name: text(value) for name, value in (case.query or {}).items()},
        body=None if case.body is NOT_SET else case.body,
    )


def text(value: Any) -> str:
    """A value as it stands in a query."""
    return value if isinstance(value, str) else json.dumps(value)
