"""API errors: RFC 9457 problem details in the caller's language."""

from collections.abc import Mapping
from typing import NamedTuple

from lambdas.shared.household import Language


class Text(NamedTuple):
    """One text in each language."""

    ja: str
    en: str


Texts = Mapping[str, tuple[Text, Text]]
"""Title and detail by slug. The detail may name values in braces."""


class Problem(Exception):
    """An error to be answered as ``application/problem+json``.

    ``slug`` names the kind of problem and finds its words; ``rule`` is the business rule that
    forbids the request, where one does; ``values`` are put into the detail, a Text in the caller's
    language.
    """

    def __init__(self, status: int, slug: str, rule: str | None = None, **values: object) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.rule = rule
        self.values = values

    def body(
        self, language: Language, texts: Texts, errors: list[dict[str, object]] | None = None
    ) -> dict[str, object]:
        """The problem document, in words of ``texts`` or of those that all contexts share."""
        title, detail = texts.get(self.slug) or TEXTS[self.slug]
        values = {
            name: getattr(value, language) if isinstance(value, Text) else value
            for name, value in self.values.items()
        }
        document: dict[str, object] = {
            "type": f"urn:mimamori:problem:{self.slug}",
            "title": getattr(title, language),
            "status": self.status,
            "detail": getattr(detail, language).format(**values),
        }
        if self.rule:
            document["rule"] = self.rule
        if errors:
            document["errors"] = errors
        return document


TEXTS: Texts = {
    "not-found": (
        Text("見つかりません", "Not found"),
        Text(
            "お探しのものは見つからないか、ご覧いただけません。",
            "What you are looking for does not exist, or is not yours to see.",
        ),
    ),
    "method-not-allowed": (
        Text("この操作はできません", "Method not allowed"),
        Text("この操作には対応していません。", "This address does not take this operation."),
    ),
    "invalid": (
        Text("入力内容をご確認ください", "Please check what you entered"),
        Text("送られた内容に誤りがあります。", "Something in the request is not as it should be."),
    ),
    "unsupported-media-type": (
        Text("この形式は受け付けていません", "Unsupported media type"),
        Text("JSON（application/json）で送ってください。", "Please send JSON (application/json)."),
    ),
    "contractor-only": (
        Text("ご契約者のみの操作です", "For the contractor only"),
        Text(
            "この設定や操作は、ご契約者だけができます。",
            "Only the contractor can do this.",
        ),
    ),
    "staff-only": (
        Text("担当者のみの操作です", "For staff only"),
        Text("この操作には、担当者の権限が必要です。", "This takes the rights of staff."),
    ),
    "watchers-only": (
        Text("見守る方のみの操作です", "For those who watch over the home"),
        Text(
            "この設定や操作は、ご契約者と見守る方だけができます。",
            "Only the contractor and those who watch over the home can do this.",
        ),
    ),
    "not-in-contract": (
        Text("ご契約の対象外です", "Not part of your contract"),
        Text(
            "現在のご契約では、{service}をご利用いただけません。",
            "Your contract does not include {service} at present.",
        ),
    ),
    "changed-meanwhile": (
        Text("もう一度お試しください", "Please try again"),
        Text(
            "同じご契約が同時に変更されました。もう一度お試しください。",
            "Somebody changed the same contract at this moment. Please try again.",
        ),
    ),
    "contract-holder-only": (
        Text("ご契約者のみの手続きです", "For the contractor only"),
        Text(
            "この手続きは、ご契約者だけができます。",
            "Only the contractor can do this.",
        ),
    ),
    "internal": (
        Text("一時的な問題が起きています", "Something went wrong"),
        Text(
            "しばらくしてからもう一度お試しください。",
            "Please try again in a little while.",
        ),
    ),
}
"""What any context may answer. The words for a context's own problems are in its problems.py."""
