"""Reasons for refusing a field, in both languages."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from lambdas.shared.reasons import reason


class Wanted(BaseModel, extra="forbid"):
    name: str = Field(min_length=1, max_length=60)
    code: str = Field("00", min_length=2, pattern="^[0-9]+$")
    minutes: int = Field(1, ge=1, lt=180)
    share: float = Field(0.5, gt=0, le=1)
    kind: Literal["camera", "sensor"] = "camera"
    on: AwareDatetime | None = None
    sure: bool = True
    wishes: Annotated[list[str], Field(max_length=2)] = []


def errors(**said: object) -> list[Any]:
    with pytest.raises(ValidationError) as refused:
        Wanted.model_validate({"name": "梅子"} | said)
    return refused.value.errors()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": ""}, "入力してください。"),
        ({"name": "あ" * 61}, "60文字以内で入力してください。"),
        ({"name": 3}, "文字で入力してください。"),
        ({"code": "1"}, "2文字以上で入力してください。"),
        ({"code": "ab"}, "正しく入力してください。"),
        ({"minutes": 0}, "1以上の数を入力してください。"),
        ({"minutes": 180}, "180より小さい数を入力してください。"),
        ({"minutes": "soon"}, "整数を入力してください。"),
        ({"share": 0}, "0より大きい数を入力してください。"),
        ({"share": 2}, "1以下の数を入力してください。"),
        ({"kind": "oven"}, "選び直してください。"),
        ({"on": "tomorrow"}, "日時を入力してください。"),
        ({"on": "2026-11-22T10:00:00"}, "日時には時差も付けてください（例：+09:00）。"),
        ({"sure": "maybe"}, "はい・いいえのどちらかで答えてください。"),
        ({"wishes": ["a", "b", "c"]}, "2つまでです。"),
        ({"colour": "red"}, "この項目は受け付けていません。"),
    ],
    ids=str,
)
def test_a_reason_is_said_in_japanese(said: dict[str, object], why: str) -> None:
    assert [reason(error, "ja") for error in errors(**said)] == [why]


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(ValidationError) as refused:
        Wanted.model_validate({})
    assert [reason(error, "ja") for error in refused.value.errors()] == ["入力してください。"]


def test_in_english_it_is_pydantics_own_message() -> None:
    (error,) = errors(name="")
    assert reason(error, "en") == error["msg"] == "String should have at least 1 character"


def test_an_error_made_by_hand_needs_no_values() -> None:
    assert reason({"type": "less_than", "msg": "too many"}, "ja") == "正しく入力してください。"
