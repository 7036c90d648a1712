"""What the contracts of a home let its cameras do."""

from iot.kinds import Kind
from lambdas.shared.access import Requirement
from lambdas.shared.household import Feature
from lambdas.shared.problems import Text

ROOM_WATCH = Requirement("room-watch", Text("お部屋のみまもり", "room watch"), rule="DC-05")
"""Events and pictures of cameras."""

PHOTO_COLLECTION: Feature = "photo-collection"


def may_keep_pictures(kind: Kind, features: frozenset[Feature]) -> bool:
    """Whether pictures of such a camera may leave it: a smart camera's always (DC-23), a phone's
    with フォトコレクション (DC-20, DC-22)."""
    return kind == "smart-camera" or PHOTO_COLLECTION in features
