"""Sending mails through Amazon SES, and what SES says of them later."""

import base64
from typing import Any, NamedTuple

from lambdas.notify.mails import Mail
from lambdas.shared.aws.clients import client

TAG = "told"
LONGEST = 256
"""Characters of a tag's value."""


class Told(NamedTuple):
    """Of what, and who: what a mail is of."""

    notice: str
    person: str


class MailEvent(NamedTuple):
    """What SES says of a mail: that it took it (``Send``), or that it did not reach its reader."""

    kind: str
    told: Told
    message: str
    why: str
    to: str

    @property
    def returned(self) -> bool:
        """Whether it did not reach its reader, and will not."""
        return self.kind != "Send"


def send(
    sender: str,
    to: str,
    mail: Mail,
    told: Told,
    configuration: str,
    picture: bytes | None = None,
) -> str:
    """Send a mail, of which SES says later what became of it; its message id. Its HTML shows
    ``picture``, a JPEG, as ``cid:picture``."""
    utf8 = {"Charset": "UTF-8"}
    attached = {
        "RawContent": picture,
        "FileName": "picture.jpg",
        "ContentType": "image/jpeg",
        "ContentDisposition": "INLINE",
        "ContentId": "picture",
        "ContentTransferEncoding": "BASE64",
    }
    answer = client("sesv2").send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        ConfigurationSetName=configuration,
        EmailTags=_tags(told),
        Content={
            "Simple": {
                "Subject": {"Data": mail.subject, **utf8},
                "Body": {"Text": {"Data": mail.text, **utf8}, "Html": {"Data": mail.html, **utf8}},
                **({"Attachments": [attached]} if picture else {}),
            }
        },
    )
    message_id: str = answer["MessageId"]
    return message_id


def heard(event: dict[str, Any]) -> MailEvent | None:
    """What an event of SES's on the account's bus says; None when it is not about a notice, or when
    SES goes on trying. The fields are those of SES's event publishing."""
    detail = event["detail"]
    kind, mail = str(detail["eventType"]), detail["mail"]
    told = _told(mail.get("tags", {}).get(TAG, ()))
    about = detail.get(kind.lower().replace(" ", ""), {})
    if told is None or about.get("bounceType") == "Transient":
        return None
    said = about.get("bounceSubType") or about.get("complaintFeedbackType") or about.get("reason")
    why = " ".join(filter(None, (kind, about.get("bounceType"), said)))
    to = ", ".join(mail.get("destination", ()))
    return MailEvent(kind, told, str(mail["messageId"]), why, to)


def _tags(told: Told) -> list[dict[str, str]]:
    """A tag's value has letters, digits, ``_`` and ``-``. A name too long for it has none, and
    nothing is heard of that mail."""
    value = base64.urlsafe_b64encode("\n".join(told).encode()).decode().rstrip("=")
    return [{"Name": TAG, "Value": value}] if len(value) <= LONGEST else []


def _told(values: Any) -> Told | None:
    for value in values:
        try:
            said = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode()
            return Told(*said.split("\n"))
        except (ValueError, TypeError):
            continue
    return None
