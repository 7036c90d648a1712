"""What the routes of lambdas/notify refuse, in words."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "not-a-phone": (
        Text("この端末では通知を受け取れません", "This device cannot be told"),
        Text(
            "ブラウザーの通知サービスを確認できませんでした。",
            "The notification service of this browser is not one that we know.",
        ),
    ),
    "too-many-phones": (
        Text("端末の台数が上限です", "No more devices can be told"),
        Text(
            "通知を受け取れる端末は{limit}台までです。使っていない端末を一覧から外してください。",
            "Up to {limit} devices can be told. Remove one from the list that is not used.",
        ),
    ),
}
