"""What a sensor at home watches: by its name, unless the household says otherwise.

A contact may be at the front door, at the fridge or at a cupboard, and Zigbee2MQTT does not know
which. People name their sensors after the place; a contact without such a name counts as movement,
never as a door that leads out, because an absence is read from those.
"""

from collections.abc import Mapping

from iot.messages.sensor import SensorKind

WORDS: Mapping[SensorKind, tuple[str, ...]] = {
    "fridge": ("fridge", "refrigerator", "冷蔵庫"),
    "bath": ("bath", "toilet", "wc", "restroom", "トイレ", "お手洗い", "浴室", "風呂", "洗面"),
    "door": ("front", "entrance", "entry", "玄関", "勝手口"),
    "bed": ("bed occupancy", "mattress", "ベッドの上", "マット"),
}
"""Parts of names, in the order in which they are looked for."""


def kind_of(name: str, properties: frozenset[str], told: Mapping[str, SensorKind]) -> SensorKind:
    """What the sensor ``name``, which says these properties, watches; ``told`` by the household."""
    if name in told:
        return told[name]
    small = name.lower().replace("_", " ").replace("-", " ")
    for kind, words in WORDS.items():
        opens = kind in ("door", "fridge")
        if opens and "contact" not in properties:
            continue
        if any(word in small for word in words):
            return kind
    return "motion"
