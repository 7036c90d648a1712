"""Whose pictures may leave a camera."""

import pytest

from iot.kinds import Kind
from lambdas.detect.entitlement import may_keep_pictures
from lambdas.shared.household import Feature


@pytest.mark.rule("DC-20", "DC-22", "DC-23")
@pytest.mark.parametrize("features", [(), ("room-watch",), ("room-watch", "photo-collection")])
@pytest.mark.parametrize("kind", ["smart-camera", "phone-camera"])
def test_a_smart_cameras_pictures_are_kept_a_phones_with_photo_collection(
    kind: Kind, features: tuple[Feature, ...]
) -> None:
    kept = kind == "smart-camera" or "photo-collection" in features
    assert may_keep_pictures(kind, frozenset(features)) == kept
