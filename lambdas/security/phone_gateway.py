"""The telephone: Amazon Connect dials, and runs the contact flow of the stack (AL-16)."""

from lambdas.security.calls import CallRun, Dial
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger


class PhoneGateway:
    """Outbound calls of one Connect instance. Without one (all empty) nobody can be called."""

    def __init__(self, instance: str, flow: str, number: str) -> None:
        self._instance, self._flow, self._number = instance, flow, number

    def dial(self, run: CallRun, dial: Dial) -> bool:
        """Call somebody. Asked again for the same call, the telephone rings once. Returns False
        when the call could not be made: then the next one is called."""
        if not self._instance:
            return False
        connect = client("connect")
        try:
            connect.start_outbound_voice_contact(
                InstanceId=self._instance,
                ContactFlowId=self._flow,
                SourcePhoneNumber=self._number,
                DestinationPhoneNumber=international(dial.person.phone),
                ClientToken=f"{run.id}-{dial.number}",
                Attributes={
                    "run": run.id,
                    "home": run.home,
                    "call": str(dial.number),
                    "sentence": run.sentence,
                },
            )
        except (
            connect.exceptions.DestinationNotAllowedException,
            connect.exceptions.InvalidParameterException,
            connect.exceptions.InvalidRequestException,
            connect.exceptions.OutboundContactNotPermittedException,
        ) as refused:
            logger.warning("not dialled", extra={"run": run.id, "why": type(refused).__name__})
            return False
        return True


def international(phone: str) -> str:
    """A Japanese number as Connect dials it (E.164): ``090-1234-5678`` is ``+819012345678``."""
    digits = "".join(c for c in phone if c.isdigit() or c == "+")
    return digits if digits.startswith("+") else "+81" + digits.removeprefix("0")
