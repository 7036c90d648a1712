"""What the rules forbid."""


class Forbidden(Exception):
    """Something the rules do not allow. ``rule`` names the one that forbids it."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail
