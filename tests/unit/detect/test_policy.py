"""What is told, and what sounds the siren."""

import pytest

from lambdas.detect.policy import Decision, decide
from lambdas.detect.verdict import Kind, Reason

TOLD, SIREN, SILENT = Decision(True, False), Decision(True, True), Decision(False, False)


def long_way(seconds: float = 20, travelled: float = 0.5, area: float = 0.05) -> Reason:
    return Reason(kind="motion", seconds=seconds, travelled=travelled, area=area)


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize(
    ("kind", "guard", "pet"),
    [
        ("person", SIREN, TOLD),
        ("cat", SILENT, TOLD),
        ("dog", SILENT, TOLD),
        ("other", SILENT, SILENT),
        ("motion", SILENT, SILENT),
        ("light", SILENT, SILENT),
        ("camera_moved", SILENT, SILENT),
        ("blind", TOLD, TOLD),
    ],
)
def test_people_are_told_and_sounded_pets_told_where_wanted(
    kind: Kind, guard: Decision, pet: Decision
) -> None:
    reason = Reason(kind=kind, seconds=1, area=0.2, score=0.6)
    assert decide(kind, reason, "guard") == guard
    assert decide(kind, reason, "pet") == pet


@pytest.mark.rule("DC-27")
def test_the_siren_sounds_for_who_came_from_elsewhere() -> None:
    def person(
        way: float | None, score: float = 0.6, *, again: bool = False, area: float = 0.02
    ) -> Decision:
        reason = Reason(kind="person", score=score, way=way, again=again, area=area)
        return decide("person", reason, "guard")

    assert person(way=0.3) == SIREN
    assert person(way=None) == SIREN  # a lone picture: nobody followed them
    assert person(way=0.02) == TOLD  # a screen that shows people, the blades of a fan
    assert person(way=0.3, score=0.33) == TOLD
    assert person(way=0.02, score=0.4) == SILENT  # a shirt on a line
    # Who is far away goes a short way in the picture.
    assert person(way=0.01, score=0.4, area=0.002) == TOLD
    assert person(way=0.03, area=0.002) == SIREN
    assert person(way=0.02, again=True) == SILENT


def test_what_nobody_can_name_is_told_when_it_stays_and_goes_far() -> None:
    assert decide("motion", long_way(), "guard") == TOLD
    for less in (long_way(seconds=5), long_way(travelled=0.1), long_way(area=0.001)):
        assert decide("motion", less, "guard") == SILENT


def test_who_wants_to_hear_of_anything_hears_of_it_and_no_siren_sounds() -> None:
    reason = Reason(kind="motion", seconds=0.2, area=0.01)
    assert decide("motion", reason, "guard", "anything") == TOLD
    assert decide("cat", reason, "guard", "anything") == TOLD
    assert decide("light", reason, "guard", "anything") == SILENT


@pytest.mark.rule("DC-22")
def test_motion_is_told_where_its_pictures_cannot_be_looked_at() -> None:
    reason = Reason(kind="motion", area=0.1)
    assert decide("motion", reason, "guard", pictures="on-device") == TOLD


@pytest.mark.rule("DC-30")
def test_a_motion_only_room_is_told_of_a_blind_camera_alone() -> None:
    assert decide("motion", long_way(), "motion-only", pictures="none") == SILENT
    assert decide("blind", Reason(kind="blind"), "motion-only", pictures="none") == TOLD
