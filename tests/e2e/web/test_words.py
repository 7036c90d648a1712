"""Every visible string exists in both languages, and every one is used."""

import re
from pathlib import Path

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


def brings(feature: Path) -> tuple[bool, set[str]]:
    """Whether a feature comes later than the first page, and the features whose parts it uses."""
    text = (feature / "index.js").read_text(encoding="utf-8")
    used = re.search(r"export const uses = \[(.*?)\]", text)
    names = re.findall(r'"(\w+)"', used[1]) if used else []
    return "const later" in text, {re.sub(r"([A-Z])", r"_\1", name).lower() for name in names}


def test_what_a_page_says_is_brought_with_it(features: dict[str, dict[str, Words]]) -> None:
    folders = sorted(path for path in SOURCE.glob("features/*"))
    later = {folder.name: brings(folder) for folder in folders}
    at_once = {"app", *(f"features/{name}" for name, (comes, _) in later.items() if not comes)}
    wrong = []
    for path in SOURCE.rglob("*.js"):
        parts = path.relative_to(SOURCE).parts
        its = (
            {f"features/{parts[1]}", *(f"features/{name}" for name in later[parts[1]][1])}
            if parts[0] == "features"
            else set()
        )
        known = {key for folder in at_once | its for key in features[folder]["ja"]}
        wrong += [
            f"{path.relative_to(SOURCE)}: {key}"
            for key in re.findall(r'\bt\("([^"]+)"', path.read_text(encoding="utf-8"))
            if key not in known
        ]
    assert wrong == []


def test_parts_of_others_come_with_the_words_of_these(
    features: dict[str, dict[str, Words]],
) -> None:
    """A feature names in ``uses`` each later one whose parts speak."""
    wrong = []
    for folder in SOURCE.glob("features/*"):
        _, used = brings(folder)
        for path in folder.rglob("*.js"):
            for name, part in re.findall(
                r'from "(?:\.\./)+([a-z_]+)/(parts/[\w-]+\.js)"', path.read_text(encoding="utf-8")
            ):
                other = SOURCE / "features" / name
                if not other.is_dir() or other == folder or not brings(other)[0]:
                    continue
                text = (other / part).read_text(encoding="utf-8")
                if re.search(r"\b(?:t|word)\(", text) and name not in used | {folder.name}:
                    wrong.append(f"{path.relative_to(SOURCE)}: {name}/{part}")
    assert wrong == []
