"""A bank for the local cloud: it answers a request file for account transfer.

It knows nothing of who has money: whose debit fails, and how, is told.
"""

from collections.abc import Mapping
from itertools import groupby

RECORD = 120


def answer(request: bytes, failing: Mapping[str, str], *, line_ends: bool = True) -> bytes:
    """The result file for a request file.

    ``failing`` has the result code for each customer number that is not paid ("1" for lack of
    money); everything else was transferred.
    """
    text = request.replace(b"\r\n", b"")
    records = [text[at : at + RECORD] for at in range(0, len(text), RECORD)]
    header, *data, _, end = records
    results = [(row, failing.get(row[91:111].decode(), "0")) for row in data]
    totals = {
        paid: (len(group := list(rows)), sum(int(row[80:90]) for row, _ in group))
        for paid, rows in groupby(sorted(results, key=_paid), key=_paid)
    }
    paid, unpaid = totals.get(True, (0, 0)), totals.get(False, (0, 0))
    both = (paid[0] + unpaid[0], paid[1] + unpaid[1])
    trailer = "8" + "".join(f"{count:06}{yen:012}" for count, yen in (both, paid, unpaid))
    written = [
        header,
        *(row[:111] + code.encode() + row[112:] for row, code in results),
        trailer.encode().ljust(RECORD),
        end,
    ]
    return b"".join(record + (b"\r\n" if line_ends else b"") for record in written)


def _paid(result: tuple[bytes, str]) -> bool:
    return result[1] == "0"
