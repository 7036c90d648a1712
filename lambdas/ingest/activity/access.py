"""The features of a contract that activity needs, and what the family knows them as."""

from lambdas.shared.access import Requirement
from lambdas.shared.problems import Text

ACTIVITY = "activity"
SLEEP = "sleep"
NOTICES = "absence-notice"
FRIDGE = "fridge-link"
RHYTHM = "life-rhythm"
"""Of home security (AL-05): its sensors are taken in, and silence is told."""

TAKEN = frozenset({ACTIVITY, RHYTHM})
"""With one of these, what sensors say is taken in."""

NOTIFIED = Requirement(NOTICES, Text("お留守・動きのお知らせ", "notices of activity"), rule="HT-11")
LINKED = Requirement(FRIDGE, Text("冷蔵庫連携オプション", "the link to a fridge"), rule="HT-58")
WATCHED = Requirement(ACTIVITY, Text("活動のみまもり", "activity watch"), rule="HT-08")
