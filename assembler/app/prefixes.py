"""Which prefix a checkout is built in, found without checking the rest of the assembly file."""

from pathlib import PurePath

from assembler.app.checkout import Checkout
from assembler.app.loading import load_document
from assembler.app.services import Services
from assembler.config.defaults import with_defaults
from assembler.config.resolved import resolve
from assembler.errors import ConfigurationError
from assembler.execute.generations import current_number


def prefix_of(checkout: Checkout, services: Services) -> PurePath:
    """The prefix, from the command line or, without checking more, from the assembly file."""
    if checkout.prefix:
        return checkout.prefix
    document = load_document(checkout, services)
    node = with_defaults(document).child("assembly", "prefix")
    if node and node.refers:
        node = resolve(document, services.environment).root.child("assembly", "prefix")
    if node is None or not isinstance(node.value, str):
        raise ConfigurationError(
            "`assembly.prefix` must be text", origin=node.origin if node else None
        )
    return checkout.folder / node.value


def built_prefix(checkout: Checkout, services: Services) -> PurePath:
    """The prefix, in which something must have been built. Raises `ConfigurationError`."""
    prefix = prefix_of(checkout, services)
    if current_number(prefix, services.files) is None:
        raise ConfigurationError(
            f"nothing is built in `{prefix}`", hints=("`assemble build` builds",)
        )
    return prefix
