"""Every visible string exists in both languages, and every one is used."""

import re

import pytest

from tests import javascript
from web.build import WEB

SOURCE = WEB / "src"
LANGUAGES = ("ja", "en")
Words = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def features() -> dict[str, dict[str, Words]]:
    """The words of each folder that has some, by language."""
    found: dict[str, dict[str, Words]] = {}
    for file in sorted(SOURCE.rglob("words.*.js")):
        folder = file.parent.relative_to(SOURCE).as_posix()
        said = javascript.exported(file)["default"]
        found.setdefault(folder, {})[file.suffixes[0].strip(".")] = {
            key: value if isinstance(value, dict) else {"other": value}
            for key, value in said.items()
        }
    return found


@pytest.fixture(scope="module")
def words(features: dict[str, dict[str, Words]]) -> dict[str, Words]:
    """All words of a language."""
    return {
        language: {key: value for one in features.values() for key, value in one[language].items()}
        for language in LANGUAGES
    }


def test_every_feature_has_its_words_in_both_languages(
    features: dict[str, dict[str, Words]],
) -> None:
    folders = {folder.relative_to(SOURCE).as_posix() for folder in SOURCE.glob("features/*")}
    assert set(features) == {"app", *folders}
    for folder, said in features.items():
        assert list(said) == sorted(LANGUAGES), folder
        assert list(said["ja"]) == list(said["en"]), folder


def test_no_two_features_say_the_same_key(features: dict[str, dict[str, Words]]) -> None:
    keys = [key for said in features.values() for key in said["ja"]]
    assert [key for key in set(keys) if keys.count(key) > 1] == []


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
        if not path.name.startswith("words.")
    )
    named = set(re.findall(r'"([a-z]+\.[\w.-]+)"', code)) & set(words["ja"])
    called = set(re.findall(r'\bt\("([^"]+)"', code))
    groups = set(re.findall(r'\b(?:word|choices)\("([a-z]+)"', code))
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


def test_what_the_first_page_says_does_not_come_later(
    features: dict[str, dict[str, Words]],
) -> None:
    later = {
        file.parent.relative_to(SOURCE).as_posix()
        for file in SOURCE.glob("features/*/index.js")
        if "const later" in file.read_text(encoding="utf-8")
    }
    known = {key for folder, said in features.items() if folder not in later for key in said["ja"]}
    wrong = [
        f"{path.relative_to(SOURCE)}: {key}"
        for path in SOURCE.rglob("*.js")
        if not any(path.is_relative_to(SOURCE / folder) for folder in later)
        for key in re.findall(r'\bt\("([^"]+)"', path.read_text(encoding="utf-8"))
        if key not in known
    ]
    assert wrong == []
