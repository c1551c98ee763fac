"""The prefix of what is built."""

from pathlib import PurePath

from assembler.app.checkout import Checkout, prefix_of
from assembler.app.services import Services
from assembler.errors import ConfigurationError
from assembler.execute.generations import current_number


def built_prefix(checkout: Checkout, services: Services) -> PurePath:
    """The prefix, in which something must have been built. Raises `ConfigurationError`."""
    prefix = prefix_of(checkout, services)
    if current_number(prefix, services.files) is None:
        raise ConfigurationError(
            f"nothing is built in `{prefix}`", hints=("`assemble build` builds",)
        )
    return prefix
