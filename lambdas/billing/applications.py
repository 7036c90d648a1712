"""Who may have a contract: channels, ways to pay, and the screening of applications.

The grounds of a refusal are for the house; the applicant hears only that it was refused (HT-16).
"""

from lambdas.billing.contract import Watcher
from lambdas.billing.facts import Applied
from lambdas.billing.forbidden import Forbidden
from lambdas.billing.terms import Terms


def check_channel(terms: Terms, fact: Applied) -> None:
    """Forbidden when one cannot apply in this way (DC-14, DC-15, DC-17)."""
    if fact.channel is None or not terms.channels:
        return
    channel = terms.channels.get(fact.channel)
    if channel is None:
        rule = next(iter(terms.channels.values())).rule
        raise Forbidden(rule, f"no applications by {fact.channel}: {', '.join(terms.channels)}")
    if channel.opens and fact.day < channel.opens:
        raise Forbidden(channel.rule, f"{fact.day}: {fact.channel} opens on {channel.opens}")
    if channel.needs_line and not fact.customer_line:
        raise Forbidden(channel.rule, f"without a line of ours, not by {fact.channel} but online")


def check_payment(terms: Terms, payment: str, watchers: tuple[Watcher, ...]) -> None:
    """Forbidden when the product cannot be paid so (AL-37 to AL-39), or in an app nobody has
    (HT-81)."""
    if payment not in terms.payments.names:
        names = ", ".join(terms.payments.names)
        raise Forbidden(terms.payments.rule, f"not payable by {payment}: {names}")
    if payment == "in_app" and watchers and all(w.os != "ios" for w in watchers):
        raise Forbidden("HT-81", "paying in the app needs a watcher with iOS")
