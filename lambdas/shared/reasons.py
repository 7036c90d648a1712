"""Why a field of a request was refused, in the caller's language."""

from collections.abc import Mapping
from typing import Any

from lambdas.shared.household import Language

_JAPANESE = {
    "missing": "入力してください。",
    "string_too_short": "{min_length}文字以上で入力してください。",
    "string_too_long": "{max_length}文字以内で入力してください。",
    "too_short": "{min_length}つ以上必要です。",
    "too_long": "{max_length}つまでです。",
    "greater_than": "{gt}より大きい数を入力してください。",
    "greater_than_equal": "{ge}以上の数を入力してください。",
    "less_than": "{lt}より小さい数を入力してください。",
    "less_than_equal": "{le}以下の数を入力してください。",
    "extra_forbidden": "この項目は受け付けていません。",
    "literal_error": "選び直してください。",
    "enum": "選び直してください。",
    "json_invalid": "JSON として読めません。",
}
_KINDS = {
    "bool": "はい・いいえのどちらかで答えてください。",
    "int": "整数を入力してください。",
    "float": "数を入力してください。",
    "decimal": "数を入力してください。",
    "string": "文字で入力してください。",
    "date": "日付を入力してください。",
    "datetime": "日時を入力してください。",
    "timezone": "日時には時差も付けてください（例：+09:00）。",
}
_OTHERWISE = "正しく入力してください。"


WORDED = "worded"
"""The type of an error whose message is in the caller's language already."""


def reason(error: Mapping[str, Any], language: Language) -> str:
    """A pydantic error (``type``, ``msg``, ``ctx``) as a sentence in ``language``.

    English is pydantic's own message. In Japanese an error that has no sentence of its own is told
    by what should have been entered (``int_parsing``: a whole number), or generally.
    """
    if language == "en" or error["type"] == WORDED:
        return str(error["msg"])
    kind, limits = str(error["type"]), error.get("ctx") or {}
    values = {name: _plain(limit) for name, limit in limits.items()}
    if kind == "string_too_short" and values.get("min_length") == 1:
        return _JAPANESE["missing"]
    sentence = _JAPANESE.get(kind) or _KINDS.get(kind.split("_")[0]) or _OTHERWISE
    if kind == "string_pattern_mismatch":
        sentence = _OTHERWISE
    try:
        return sentence.format_map(values)
    except KeyError:  # an error that was made by hand
        return _OTHERWISE


def _plain(limit: object) -> object:
    """A limit as people write it: 1 rather than 1.0."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
