"""What came of a month's invoice, as the facts say: paid, set off, written off, gone back."""

from dataclasses import dataclass

from lambdas.billing.contract.facts import CreditApplied, Paid, PaymentReversed, WrittenOff

MoneyFact = Paid | CreditApplied | WrittenOff | PaymentReversed


@dataclass(slots=True)
class Collected:
    """Yen by the way they came; ``of`` is what the invoice asks for, where a fact said it."""

    paid: int = 0
    credited: int = 0
    written_off: int = 0
    of: int | None = None
    whole: bool = False
    """All of it, whatever it was: a fact without an amount."""

    def take(self, fact: MoneyFact) -> None:
        """One more fact."""
        if fact.of is not None:
            self.of = fact.of
        match fact:
            case PaymentReversed(amount=amount):
                self.paid = max(0, (self.of or 0) if self.whole else self.paid) - amount
                self.whole = False
            case Paid(amount=int(amount)):
                self.paid += amount
            case WrittenOff(amount=int(amount)):
                self.written_off += amount
            case CreditApplied(amount=amount):
                self.credited += amount
            case _:
                self.whole = True

    @property
    def too_much(self) -> bool:
        """Whether more came than the invoice asks for."""
        together = self.paid + self.credited + self.written_off
        return self.of is not None and together > self.of

    @property
    def settled(self) -> bool:
        """Whether nothing is open any more. An amount of an invoice nobody named settles it."""
        together = self.paid + self.credited + self.written_off
        return self.whole or (together >= self.of if self.of is not None else together > 0)
