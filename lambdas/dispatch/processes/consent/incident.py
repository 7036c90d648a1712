"""Which home checks are about the same person at risk, whichever contract asks (DL-05, DL-16).

Two children may each have registered the same mother. Their registrations name her by hand, so
the person is known by the name together with the address, or with the telephone number; how either
is spelled (full width, spaces, hyphens) does not matter.
"""

import hashlib
import re
import unicodedata

from lambdas.dispatch.processes.consent.facts import Target

_BETWEEN_NUMBERS = re.compile(r"(?:丁目|番地|番|号|の|[-‐‑‒–—―−ーｰ])+")


def incident_keys(target: Target | None) -> frozenset[str]:
    """Names of the person at risk; two home checks that share one are one incident. No key tells
    whom it is about."""
    if target is None:
        return frozenset()
    name = _plain(target.name)
    address = _BETWEEN_NUMBERS.sub("-", _plain(target.address)).strip("-")
    phone = re.sub(r"\D", "", _plain(target.phone))
    return frozenset(
        hashlib.sha256(f"{name}|{where}".encode()).hexdigest()[:32] for where in (address, phone)
    )


def _plain(said: str) -> str:
    return "".join(unicodedata.normalize("NFKC", said).casefold().split())
