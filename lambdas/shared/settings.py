"""Typed settings: what a function needs to be told, checked at cold start.

Each entry point has a Settings class. The stack makes an instance (with CloudFormation tokens in
it) and hands it to the function factory, which writes it into the environment, so the names cannot
drift apart.
"""

from functools import cache
from typing import TypeVar

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Base of all settings; read from the environment variables of the fields' names."""

    model_config = SettingsConfigDict(frozen=True)

    def environment(self) -> dict[str, str]:
        """These settings as environment variables."""
        return {name.upper(): str(value) for name, value in self.model_dump().items()}


S = TypeVar("S", bound=Settings)


@cache
def load(kind: type[S]) -> S:
    """The function's own settings, read once a process; ValidationError when one is missing."""
    return kind()
