"""`assemble config --diff`: two assemblies compared, such as staging and production."""

from collections.abc import Mapping
from pathlib import PurePath

from assembler.app.checkout import Checkout
from assembler.app.loading import check_project
from assembler.app.services import Services
from assembler.config.compared import Difference, compare
from assembler.config.entries import Entry, entries
from assembler.config.show import lookup, path_of
from assembler.errors import ConfigurationError


def compared(
    checkout: Checkout, services: Services, other: PurePath, key: str | None
) -> tuple[Difference, ...]:
    """What the other file's resolved values differ in, all of them or those below a dotted key.

    Raises `ConfigurationError` or `Faults` for what is wrong in either file.
    """
    second = Checkout(folder=other.parent, file=other.name, settings=checkout.settings)
    found = [_entries(each, services, key) for each in (checkout, second)]
    before, after = ({} if isinstance(each, ConfigurationError) else each for each in found)
    for each in found:
        if isinstance(each, ConfigurationError) and not before and not after:
            raise each
    return compare(before, after)


def _entries(
    checkout: Checkout, services: Services, key: str | None
) -> Mapping[str, Entry] | ConfigurationError:
    """Every value by its key, or why there is no such key."""
    resolved = check_project(checkout, services).resolved
    if key is None:
        return {entry.key: entry for entry in entries(resolved.root)}
    path = path_of(key)
    try:
        node = lookup(resolved, key)
    except ConfigurationError as error:
        return error
    return {entry.key: entry for entry in entries(node, path)}
