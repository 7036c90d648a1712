"""What the rules forbid."""

from typing import Any


class Forbidden(Exception):
    """Something the rules do not allow. ``rule`` names the one that forbids it, ``fact`` the entry
    of a contract that it forbids, where it is one."""

    def __init__(self, rule: str, detail: str, fact: Any = None) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail
        self.fact = fact
