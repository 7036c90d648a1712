"""The structure, enforced: the core is pure, and the tools say so when it is not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lambdas.shared import tables
from tools import openapi, personal_data

ROOT = Path(__file__).parents[2]
TOUCHES_AWS = re.compile(
    r"lambdas(\.\w+)*\.(api|\w+_api|on_\w+|store|\w+_store|\w+_gateway|\w+_service)$"
    r"|lambdas\.shared\.aws(\.\w+)*$"
)
"""A module may touch AWS if its name says so: an entry point, a store, a gateway to a service,
an application service over them, or the part of shared that knows AWS. All others are core."""

IMPURE = ("boto3", "botocore", "aws_lambda_powertools", "aws_cdk", "requests", "urllib3", "stripe")


def core_that_touches_aws(folder: Path) -> list[str]:
    """Core modules below ``folder`` from which an impure package can be reached."""
    command = (
        "import grimp, sys; sys.path.insert(0, '.');"
        "g = grimp.build_graph('lambdas', 'iot', include_external_packages=True, cache_dir=None);"
        f"print(*sorted(m for m in g.modules if m.startswith('lambdas') for i in {IMPURE!r}"
        " if i in g.modules and g.find_shortest_chain(m, i)), sep='\\n')"
    )
    found = subprocess.run(
        [sys.executable, "-c", command], cwd=folder, capture_output=True, text=True, check=True
    )
    return sorted({m for m in found.stdout.split() if not TOUCHES_AWS.match(m)})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code, to be spoilt."""
    for name in ("lambdas", "iot", "stacks", "local", "bench"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_core_touches_no_aws() -> None:
    assert core_that_touches_aws(ROOT) == []


def test_boto3_in_the_core_is_found(copy: Path) -> None:
    spoil(copy / "lambdas/detect/verdict.py", "import boto3")
    assert "lambdas.detect.verdict" in core_that_touches_aws(copy)


def test_a_clock_read_under_lambdas_is_found(copy: Path) -> None:
    for clock in (
        "import time",
        "from datetime import datetime\nNOW = datetime.now()",
        "from datetime import UTC, datetime\nNOW = datetime.now(UTC)",
        "import datetime\nTODAY = datetime.date.today()",
    ):
        shutil.copy(ROOT / "lambdas/notify/policy.py", copy / "lambdas/notify/policy.py")
        spoil(copy / "lambdas/notify/policy.py", clock)
        checked = run(copy, "ruff", "check", "--no-cache", "lambdas/notify/policy.py")
        assert "TID251" in checked.stdout, clock


def test_a_context_in_another_context_is_found(copy: Path) -> None:
    spoil(copy / "lambdas/notify/policy.py", "from lambdas.detect import event")
    checked = run(copy, "lint-imports", "--no-cache")
    assert checked.returncode == 1
    assert "lambdas.notify.policy -> lambdas.detect.event" in checked.stdout


def test_the_api_document_is_what_the_routes_say() -> None:
    assert openapi.DOCUMENT.read_text(encoding="utf-8") == openapi.text(), "run: make openapi"


def test_the_table_of_what_is_kept_of_people_is_what_the_contexts_say() -> None:
    written = personal_data.DOCUMENT.read_text(encoding="utf-8")
    assert written == personal_data.text(), "run: python -m tools.personal_data"


def test_every_reference_in_the_api_document_leads_to_a_schema() -> None:
    document = json.loads(openapi.DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    refs = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    assert len(refs) > 50
    assert {ref.removeprefix("#/components/schemas/") for ref in refs} <= schemas.keys()


def test_two_models_of_one_name_are_found() -> None:
    seen = {"Found": {"title": "registrations"}}
    openapi.check_names(seen, {"Found": {"title": "registrations"}})
    with pytest.raises(openapi.NameTaken):
        openapi.check_names(seen, {"Found": {"title": "contracts"}})
    with pytest.raises(openapi.NameTaken):
        openapi.check_names(seen, {"lambdas__billing__preview__Request-Input__1": {}})


def words_of_contexts() -> set[str]:
    """Names of products, features and notices: they belong to contexts."""
    words = set()
    for file in (ROOT / "lambdas/billing/catalogue").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        words |= set(re.findall(r"^product: (\w+)", text, re.MULTILINE))
        words |= set(re.findall(r"\bfeature: ([\w-]+)", text))
    for file in (ROOT / "lambdas/notify/catalogue").glob("*.yaml"):
        kinds = tables.read(file).get("kinds", {})
        words |= {f"{file.stem}.{kind}" for kind in kinds}
    return words


def named_in(folder: Path, words: set[str]) -> list[str]:
    """Which of the words stand as strings in the code of a folder."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")))
    return sorted(word for word in words if f'"{word}"' in text)


def test_shared_knows_no_product_no_feature_and_no_notice(copy: Path) -> None:
    words = words_of_contexts()
    assert {"doshiteru", "room-watch", "activity"} <= words
    assert named_in(ROOT / "lambdas/shared", words) == []
    spoil(copy / "lambdas/shared/access.py", 'NEEDED = "room-watch"')
    assert named_in(copy / "lambdas/shared", words) == ["room-watch"]


def spoil(module: Path, line: str) -> None:
    module.write_text(f"{line}\n{module.read_text()}")


def run(folder: Path, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [Path(sys.executable).parent / program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
