"""How the page's modules hang together: lib < parts < features < app."""

import re
from pathlib import Path

from tests import javascript
from web.build import WEB

SOURCE = WEB / "src"
FEATURES = sorted(path.name for path in (SOURCE / "features").iterdir())
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")
BELOW = {
    "lib": {"lib", "vendor"},
    "parts": {"parts", "lib"},
    "features": {"features", "parts", "lib", "vendor"},
    "app": {"app", "features", "parts", "lib"},
}
LISTS = (Path("app/features.js"), Path("app/staff.js"))
OFFERED = re.compile(r"^(links|api|events)\.js$|^parts/")
"""What a feature may use of another: its links, its calls, its parts; never its pages."""


def imports() -> list[tuple[Path, Path]]:
    """(module, what it imports), both relative to web/src."""
    return [
        (file.relative_to(SOURCE), (file.parent / target).resolve().relative_to(SOURCE.resolve()))
        for file in sorted(SOURCE.rglob("*.js"))
        for target in IMPORT.findall(file.read_text(encoding="utf-8"))
    ]


def test_nothing_imports_from_above() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, target in imports()
        if target.parts[0] not in BELOW[module.parts[0]]
    ]
    assert wrong == []


def test_a_feature_uses_of_another_only_what_it_offers() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, target in imports()
        if module.parts[0] == target.parts[0] == "features"
        and module.parts[1] != target.parts[1]
        and not OFFERED.match("/".join(target.parts[2:]))
    ]
    assert wrong == []


def test_a_feature_is_named_in_one_list_only() -> None:
    listed = {
        target.parts[1]
        for module, target in imports()
        if module in LISTS and target.parts[0] == "features"
    }
    assert sorted(listed) == FEATURES
    others = [
        f"{module} imports {target}"
        for module, target in imports()
        if module.parts[0] == "app"
        and module not in LISTS
        and target.parts[0] == "features"
        and target.parts[1] not in ("login", "outbox")  # which stand before every page
    ]
    assert others == []


def test_every_route_has_an_address_of_its_own() -> None:
    patterns = [
        pattern
        for file in SOURCE.rglob("*.js")
        for pattern in re.findall(r'\baddress\("([^"]+)"\)', file.read_text(encoding="utf-8"))
        if file.name != "address.js" or pattern == "/"
    ]
    shapes = [re.sub(r":\w+", ":", pattern) for pattern in patterns]
    assert len(shapes) > 5
    assert sorted(shapes) == sorted(set(shapes))


def test_heads_of_pages_are_words() -> None:
    keys = {
        key for file in SOURCE.rglob("words.ja.js") for key in javascript.exported(file)["default"]
    }
    titles = {
        title
        for file in SOURCE.rglob("routes.js")
        for title in re.findall(r'title: "([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert titles
    assert titles <= keys
