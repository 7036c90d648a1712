"""What build.py writes: the same every time, complete, and free of what the CSP refuses."""

import json
import re
from pathlib import Path

from tests.e2e.web.test_words import brings
from web.build import WEB, build, files, first_files, first_load


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    assert contents(build(tmp_path / "one")) == contents(build(tmp_path / "two"))


def test_what_is_no_longer_there_is_removed(tmp_path: Path) -> None:
    page = contents(build(tmp_path))
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "left.js").write_text("")
    assert contents(build(tmp_path)) == page
    assert not (tmp_path / "old").exists()


def test_every_import_leads_to_a_file(site: Path) -> None:
    imports = re.compile(r"""(?:\bfrom|\bimport\()\s*["']([^"']+)["']""")
    for path in site.rglob("*.js"):
        if path.name == "uplot.js":
            continue  # one closed file
        for target in imports.findall(path.read_text(encoding="utf-8")):
            assert target.startswith("."), f"{path.name} imports {target}"
            assert (path.parent / target).resolve().is_file(), f"{path.name} imports {target}"


def test_nothing_stands_inline(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"\bstyle=|\bon[a-z]+=|<style", page)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""]


def test_licences_come_along(site: Path) -> None:
    text = (site / "vendor" / "LICENSES.txt").read_text(encoding="utf-8")
    packages = json.loads((WEB / "package.json").read_text())["dependencies"]
    assert all(f"{name} {version}" in text for name, version in packages.items())


def test_the_lock_names_no_registry() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_first_load_is_small() -> None:
    assert first_load(files()) <= 60_000  # bytes, each file gzipped


def test_what_comes_later_is_not_announced(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    announced = set(re.findall(r'<link rel="(?:stylesheet|modulepreload)" href="/([^"]+)"', page))
    assert announced == first_files(files())
    assert not [name for name in announced if "/pages/" in name and "features/homes/" not in name]


def test_a_later_feature_brings_its_sheet() -> None:
    """A sheet that is not linked in the page is named by its feature, or nobody ever sees it."""
    wrong = []
    for index in (WEB / "src/features").glob("*/index.js"):
        text = index.read_text(encoding="utf-8")
        named = set(re.findall(r'"/(features/[^"]+\.css)"', text))
        own = f"features/{index.parent.name}/styles.css"
        needed = (
            {own} if "const later" in text and (index.parent / "styles.css").exists() else set()
        )
        if named != needed:
            wrong.append(index.parent.name)
    assert wrong == []


def test_a_class_of_a_later_sheet_is_used_where_the_sheet_is() -> None:
    """What several features show stands in parts/more.css."""
    features = WEB / "src/features"

    def classes(sheet: Path) -> set[str]:
        text = re.sub(r"/\*.*?\*/|\d?\.\d+\w*", "", sheet.read_text(encoding="utf-8"))
        return set(re.findall(r"\.([a-z]+(?:-[a-z]+)+)", text))

    anywhere = classes(WEB / "src/app/styles.css") | classes(WEB / "src/parts/more.css")
    for folder in features.iterdir():
        if (
            "const later" not in (folder / "index.js").read_text()
            and (folder / "styles.css").exists()
        ):
            anywhere |= classes(folder / "styles.css")
    wrong = []
    for sheet in features.glob("*/styles.css"):
        for module in features.rglob("*.js"):
            user = features / module.relative_to(features).parts[0]
            if user == sheet.parent or sheet.parent.name in brings(user)[1]:
                continue
            said = re.findall(
                r'class=(?:"([^"]*)"|\$\{([^}]*)\})', module.read_text(encoding="utf-8")
            )
            used = set(re.findall(r"[a-z]+(?:-[a-z]+)+", " ".join("".join(one) for one in said)))
            wrong += [f"{module.name}: {one}" for one in used & classes(sheet) - anywhere]
    assert wrong == []
