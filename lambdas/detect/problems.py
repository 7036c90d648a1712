"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "picture-on-device": (
        Text("写真はカメラの中にあります", "The picture is on the camera"),
        Text(
            "フォトコレクションのご契約がないため、写真は撮影したスマートフォンの中に保存されています。",
            "Without a photo collection contract the picture stays on the phone that took it.",
        ),
    ),
}
