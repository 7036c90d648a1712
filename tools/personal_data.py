"""docs/personal-data.md, written from the contexts' tables: ``python -m tools.personal_data``."""

import sys
from pathlib import Path

from lambdas.homes.requests import CONTEXTS
from lambdas.shared.personal_data import Kind, read

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/personal-data.md"

HEAD = """# Whose data is kept, where, and how long

Written by `python -m tools.personal_data` from `lambdas/*/personal_data.yaml`, which disclosure and
erasure follow (HT-88). A row in a table that none of them knows fails every test on moto.

- **Disclosure** (開示): the contractor asks for a home's, everybody for their own
  (`POST /homes/{home}/disclosures`, `POST /me/disclosures`), staff by letter
  (`POST /staff/disclosures`). Each context puts its part, with copies of pictures, into a bucket
  that forgets it after seven days. Codes, keys and hashes are in none.
- **Erasure** (消去): staff enters what was asked for (`POST /staff/erasures`), once no contract is
  in force and no device is linked; a second person agrees. Each context erases what the law does
  not want kept, and says in numbers what; logins of people who belong to no other home go, too.
- **An event and its picture**: the contractor deletes it (`DELETE /homes/{home}/events/{event}`).
- Who asked for an erasure, who agreed and what it came to is kept for five years.
- What somebody wrote in free words about somebody else (a note in a case, a name in a contract)
  goes with its record.

| Context | Kind of record | Where | Disclosed | Kept |
|---|---|---|---|---|
"""


def text() -> str:
    """The document."""
    rows = [
        _row(context, kind)
        for context in CONTEXTS
        for kind in read(ROOT / "lambdas" / context / "personal_data.yaml").kinds
    ]
    return HEAD + "\n".join(rows) + "\n"


def _row(context: str, kind: Kind) -> str:
    where = [f"`{rows.pk}` / `{rows.sk or '…'}`" for rows in kind.rows] or [f"`{kind.objects}…`"]
    shown = "yes" if kind.disclosed else f"no: {kind.because}"
    cells = (context, f"{kind.words.ja} – {kind.words.en}", ", ".join(where), shown)
    return f"| {' | '.join(cells)} | {kind.kept.text()} |"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)}\n")
