"""Tables in YAML that lie beside the code: words, workflows, checklists, products.

Every process reads them when it begins, and the parser in Python takes ten times as long as
libyaml, with which PyYAML is usually built.
"""

from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]


def parse(text: str) -> Any:
    """What YAML says. Raises ``yaml.YAMLError``."""
    return yaml.load(text, Loader=SafeLoader)


def read(path: Path) -> Any:
    """What a file in YAML says. Raises ``yaml.YAMLError`` and ``OSError``."""
    return parse(path.read_text(encoding="utf-8"))
