"""Runs over many contracts, one after the other: the trouble of one stops no other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws.observability import logger


@contextmanager
def contained(contract: str, tell: Callable[[str, str], None]) -> Iterator[None]:
    """Work on one contract. What nobody can make sense of is told, by its rule (if there is one)
    and in words; the cloud's own trouble is raised, so that all of it is tried again."""
    try:
        yield
    except Forbidden as forbidden:
        tell(forbidden.rule, forbidden.detail)
    except (BotoCoreError, ClientError):
        raise
    except Exception as error:
        logger.exception("a contract fails", extra={"contract": contract})
        tell("", f"{type(error).__name__}: {error}")
