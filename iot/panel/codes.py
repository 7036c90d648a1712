"""Codes and the numbers of keys as slow hashes.

All of a home have one salt, so that what is typed is hashed once and compared with each.
"""

import hashlib
from collections.abc import Iterable

from iot.messages.controller import Key

SHORTEST, LONGEST = 4, 8


def hashed(code: str, salt: str) -> str:
    """The hash of a code, or of a key's or card's number, by scrypt (RFC 7914).

    ``salt``: 32 hexadecimal digits, of the home. About 16 MB and a twentieth of a second.
    """
    return hashlib.scrypt(
        code.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32
    ).hex()


def unfit(code: str, salt: str, others: Iterable[Key]) -> str | None:
    """Why a code cannot be given out: ``digits``, ``plain``, ``taken`` or ``near``; None: it can.

    near: next to a code of the other kind, help would be called by a slip (CP-01). Whoever calls it
    for a code of duress gives the codes that are none, and the other way round.
    """
    if not (code.isascii() and code.isdigit() and SHORTEST <= len(code) <= LONGEST):
        return "digits"
    if len(set(code)) == 1 or code in "0123456789" or code in "9876543210":
        return "plain"
    known = {key.hash for key in others if key.means == "code"}
    if hashed(code, salt) in known:
        return "taken"
    top = 10 ** len(code)
    near = ((int(code) + step) % top for step in (-1, 1))
    if any(hashed(str(one).zfill(len(code)), salt) in known for one in near):
        return "near"
    return None
