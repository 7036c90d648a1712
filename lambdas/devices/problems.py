"""The words for what the routes of this context refuse."""

from lambdas.shared.problems import Text, Texts

TEXTS: Texts = {
    "not-a-camera": (
        Text("カメラではありません", "Not a camera"),
        Text("この操作は、カメラだけで使えます。", "This is possible with cameras only."),
    ),
    "too-many-devices": (
        Text("機器の台数が上限です", "No more devices can be added"),
        Text(
            "登録できるのは{limit}台までです。ほかの機器を取り外すと追加できます。",
            "Up to {limit} can be linked. Remove one to add another.",
        ),
    ),
    "too-many-cameras": (
        Text("カメラの台数が上限です", "No more cameras can be added"),
        Text(
            "登録できるカメラは{limit}台までです。ほかのカメラを取り外すと追加できます。",
            "Up to {limit} cameras can be linked. Remove one to add another.",
        ),
    ),
    "live-view-smart-camera-only": (
        Text("このカメラでは撮影できません", "Not with this camera"),
        Text(
            "今の様子を見る機能は、スマカメ(専用カメラ)だけで使えます。",
            "Looking in live works with the dedicated camera only.",
        ),
    ),
    "camera-does-not-turn": (
        Text("このカメラは動かせません", "This camera does not turn"),
        Text(
            "向きを変えられるのは、パン・チルト型のカメラだけです。",
            "Only a camera that pans and tilts can be turned.",
        ),
    ),
    "no-pictures-in-this-mode": (
        Text("撮影しないモードです", "No pictures in this mode"),
        Text(
            "「動きの情報のみ」のモードでは、写真を一切撮影しません。",
            "In motion-only mode no picture is ever taken.",
        ),
    ),
    "camera-not-ready": (
        Text("カメラがまだつながっていません", "The camera is not connected yet"),
        Text(
            "カメラの初期設定が終わってから、もう一度お試しください。",
            "Try again when the camera has been set up.",
        ),
    ),
}
