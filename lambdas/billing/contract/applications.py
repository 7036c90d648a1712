"""Who may have a contract: channels, ways to pay, and the screening of applications.

The grounds of a refusal are for the house; the applicant hears only that it was refused (HT-16).
"""

from typing import Literal

from lambdas.billing.contract.contract import Watcher
from lambdas.billing.contract.facts import Applied, CameraSite, Installed
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Model, Terms


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


def check_payment(
    terms: Terms, payment: str, watchers: tuple[Watcher, ...], prefecture: str
) -> None:
    """Forbidden when the product cannot be paid so (AL-37 to AL-39), not where the home is
    (AL-37), or in an app nobody has (HT-81)."""
    if payment not in terms.payments.names:
        names = ", ".join(terms.payments.names)
        raise Forbidden(terms.payments.rule, f"not payable by {payment}: {names}")
    areas = terms.payments.not_in.get(payment)
    if areas and areas.prefectures and prefecture in ("", *areas.prefectures):
        where = f"in prefecture {prefecture}" if prefecture else "without knowing the prefecture"
        raise Forbidden(areas.rule, f"not payable by {payment} {where}")
    if payment == "in_app" and watchers and all(w.os != "ios" for w in watchers):
        raise Forbidden("HT-81", "paying in the app needs a watcher with iOS")


class Application(Model):
    """What the screening of an application has to go by."""

    entries_true_and_complete: bool = True
    payment_valid: bool = True  # by the gateway, the card company or the bank
    ever_in_arrears: bool = False  # with any service of the company
    capacity: Literal["full", "with_consent", "without_consent"] = "full"
    users_consent: bool = True
    watched_person_consents: bool = True
    building_owner_consents: bool = True
    applied_in_japan: bool = True
    site_in_service_area: bool = True  # in Japan, and not on a remote island (HT-18)
    anti_social: bool = False
    hindered: bool = False  # for business or technical reasons
    other: bool = False

    @property
    def consents(self) -> bool:
        """Whether everybody consented that has to (HT-14)."""
        return self.users_consent and self.watched_person_consents and self.building_owner_consents


def grounds(application: Application) -> list[str]:
    """The grounds to refuse an application (第5条, HT-15). Never shown to the applicant (HT-16)."""
    found = {
        "5-1": not application.entries_true_and_complete,
        "5-2": not application.payment_valid,
        "5-3": application.ever_in_arrears,
        "5-4": application.capacity == "without_consent",
        "5-5": not application.consents,
        "5-6": not application.applied_in_japan,
        "5-7": not application.site_in_service_area,
        "5-8": application.anti_social,
        "5-9": application.hindered,
        "5-10": application.other,
    }
    return [ground for ground, holds in found.items() if holds]


def public_decision(grounds: list[str]) -> Literal["accepted", "refused"]:
    """All that an applicant hears (HT-16)."""
    return "refused" if grounds else "accepted"


class Proxy(Model):
    """What somebody brings who has the contract explained in the contractor's place."""

    signed_application: bool = False
    written_authority: bool = False
    seal_certificate: bool = False


def check_explanation(proxy: Proxy | None) -> None:
    """Forbidden unless the contractor is there, or the proxy has all three papers (AL-80)."""
    if proxy and not all(proxy.model_dump().values()):
        raise Forbidden("AL-80", "a proxy brings application, authority and seal certificate")


def check_home(terms: Terms, fact: Applied, prefecture: str) -> None:
    """Forbidden where the service cannot run, as far as the application tells: outside Japan
    (AL-91), without a line (AL-59 to AL-61), where a camera is not to be (AL-70)."""
    if terms.only_in_japan and not prefecture:
        raise Forbidden(terms.only_in_japan.rule, "only in Japan: in which prefecture is the home?")
    for need in terms.needs:
        served = need.option and need.option in fact.options
        if not served and not set(need.names) & set(fact.there):
            option = f", or the option {need.option}" if need.option else ""
            raise Forbidden(need.rule, f"wanted: {' or '.join(need.names)}{option}")
    if terms.camera_site:
        if fact.camera_site is None:
            raise Forbidden(terms.camera_site.rule, "where the camera is to be is not known")
        check_camera_site(fact.camera_site)


UPLOAD_PER_CAMERA = 8
"""Mbps for each camera of one megapixel (AL-70)."""


def check_cameras(fact: Installed, site: CameraSite | None) -> None:
    """Forbidden when there are more cameras than the line carries (AL-70): as it was measured now,
    or, for no more than were applied for, as it was measured then (``site``)."""
    assert fact.cameras
    measured = fact.upload_mbps
    if measured is None and site and fact.cameras <= site.cameras:
        measured = site.upload_mbps
    wanted = UPLOAD_PER_CAMERA * fact.cameras
    if measured is None:
        raise Forbidden("AL-70", f"{fact.cameras} cameras: measure the upload first")
    if measured < wanted:
        raise Forbidden("AL-70", f"{fact.cameras} cameras want {wanted} Mbps, not {measured:g}")


def check_camera_site(site: CameraSite) -> None:
    """Forbidden where the product cannot serve (AL-70, AL-78, AL-79)."""
    wanted = UPLOAD_PER_CAMERA * site.cameras
    if not site.always_on or site.upload_mbps < wanted:
        raise Forbidden("AL-70", f"{site.cameras} cameras want {wanted} Mbps of upload, always on")
    if not site.in_dwelling:
        raise Forbidden("AL-79", "the camera has to be where people live")
    if not site.sticker_on_entrance:
        raise Forbidden("AL-78", "the sticker has to be on the entrance")
