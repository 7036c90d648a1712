"""The features of a contract that activity needs, and what the family knows them as."""

from lambdas.shared.access import Requirement
from lambdas.shared.problems import Text

ACTIVITY = "activity"
SLEEP = "sleep"
NOTICES = "absence-notice"
FRIDGE = "fridge-link"

WATCHED = Requirement(ACTIVITY, Text("活動のみまもり", "activity watch"), rule="HT-08")
