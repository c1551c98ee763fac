"""Recipes are locked before anything else: what parts say is checked by asking them."""

import msgspec

from assembler.app.build_locks import read_build_lock
from assembler.app.checkout import Checkout
from assembler.app.layers import read_layers
from assembler.app.loading import check_version, composed
from assembler.app.recipe_groups import distributions, parted
from assembler.app.services import Services
from assembler.errors import LockError
from assembler.model.lock import Lock
from assembler.model.names import normalised_name


def with_recipe_lock(
    checkout: Checkout, services: Services, upgrade: tuple[str, ...] | None
) -> Checkout:
    """The checkout with its recipes solved; `upgrade` names what may become newer (empty: all).

    Raises what reading the assembly file and solving raise.
    """
    document = composed(read_layers(checkout, services, local=False), checkout, services)
    check_version(document)
    if "recipes" not in document.root.table:
        return checkout
    from assembler.app.foreign.locking import (  # noqa: PLC0415 - loads the solver
        RecipeLocking,
    )
    from assembler.config.recipe_sources import foundation  # noqa: PLC0415 - few have recipes

    project = foundation(document, folder=checkout.folder, environment=services.environment)
    if project is None or not distributions(project):
        return checkout
    services.use_indexes(project.indexes)
    services.reporter.phase("solving")
    named = upgrade if upgrade is None else _names(upgrade)
    locking = RecipeLocking(project, _before(checkout, services), named, services)
    return msgspec.structs.replace(checkout, recipe_lock=locking.lock())


def _names(upgrade: tuple[str, ...]) -> frozenset[str]:
    return frozenset(":".join(map(normalised_name, each.split(":", 1))) for each in upgrade)


def _before(checkout: Checkout, services: Services) -> Lock | None:
    """What was locked, if it can be read; that it can't is told where the rest of it is wanted."""
    try:
        standing = read_build_lock(checkout, services)
    except LockError:
        return None
    return standing and parted(standing)[0]
