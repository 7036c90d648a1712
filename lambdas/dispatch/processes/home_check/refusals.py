"""When a request for a home check may be refused (DL-28 to DL-33), and what is never done."""

from typing import NamedTuple

from lambdas.dispatch.processes.consent.facts import ConsentState
from lambdas.dispatch.processes.consent.kinship import close_family
from lambdas.dispatch.processes.home_check import facts as f
from lambdas.shared.events import Sentence


class Refusal(NamedTuple):
    """A ground for refusing."""

    rule: str
    why: Sentence


WHY = {
    "DL-01": Sentence(
        ja="在宅確認サポートをご利用いただけるご契約がありません。",
        en="There is no contract that includes home checks.",
    ),
    "DL-22": Sentence(
        ja="定期的・定常的な在宅確認はお受けできません。",
        en="Regular or standing checks are not part of the service.",
    ),
    "DL-23": Sentence(
        ja="室内への立ち入りや介助はお受けできません。",
        en="Nobody enters the home, and nobody gives care.",
    ),
    "DL-28": Sentence(
        ja="玄関の開錠はお受けできません。",
        en="The door is not unlocked.",
    ),
    "DL-29": Sentence(
        ja="玄関前以外での対応はお受けできません。",
        en="Nothing is done anywhere but at the front door.",
    ),
    "DL-30": Sentence(
        ja="会員ご本人または二親等以内のご親族からのご依頼に限ります。",
        en="Only the member and relatives within the second degree can ask.",
    ),
    "DL-31": Sentence(
        ja="在宅確認先の登録がありません。",
        en="Nobody is registered to be looked after.",
    ),
    "DL-32": Sentence(
        ja="在宅確認先の方のご承諾をいただいていません。",
        en="The person to be looked after has not consented.",
    ),
    "DL-33": Sentence(
        ja="お住まいの方、または代理の方から停止のご要請をいただいています。",
        en="The resident, or somebody for them, asked us to stop.",
    ),
}

WISHES: dict[f.Wish, str] = {
    "unlock": "DL-28",
    "beyond_door": "DL-29",
    "enter": "DL-23",
    "assist": "DL-23",
    "recurring": "DL-22",
}
CONSENTS: dict[ConsentState, str] = {
    "none": "DL-31",
    "replaced": "DL-31",
    "pending": "DL-32",
    "refused": "DL-32",
    "unconfirmed": "DL-32",
    "stopped": "DL-33",
}

NOT_OVERRIDABLE = frozenset({"DL-01", "DL-22", "DL-23", "DL-31"})
"""Grounds no operator can set aside: what DL-35 leaves to them are (1) to (6), and where nobody is
registered, (4), there is no door to go to."""


def refusals(request: f.Requested) -> tuple[Refusal, ...]:
    """Every ground for refusing a request, in the order of the rules; none: it is accepted."""
    rules = {WISHES[wish] for wish in request.wishes if wish in WISHES}
    if not request.entitled:
        rules.add("DL-01")
    if not close_family(request.caller.relation):
        rules.add("DL-30")
    if request.consent in CONSENTS:
        rules.add(CONSENTS[request.consent])
    return tuple(Refusal(rule, WHY[rule]) for rule in sorted(rules))
