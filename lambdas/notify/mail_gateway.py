"""Sending mails through Amazon SES."""

from lambdas.notify.mails import Mail
from lambdas.shared.aws.clients import client


def send(sender: str, to: str, mail: Mail) -> str:
    """Send a mail; its message id."""
    utf8 = {"Charset": "UTF-8"}
    answer = client("sesv2").send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        Content={
            "Simple": {
                "Subject": {"Data": mail.subject, **utf8},
                "Body": {"Text": {"Data": mail.text, **utf8}, "Html": {"Data": mail.html, **utf8}},
            }
        },
    )
    message_id: str = answer["MessageId"]
    return message_id
