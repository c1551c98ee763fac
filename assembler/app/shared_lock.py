"""Locks that several assemblies of one folder build from: `file` in `[lock]`."""

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.loading import load_document
from assembler.app.locking import RELOCK
from assembler.app.services import Services
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import Project


def building_from(checkout: Checkout, project: Project) -> Checkout:
    """The checkout with the lock that its project names."""
    return msgspec.structs.replace(checkout, lock_file=project.lock.file)


def reading_from(checkout: Checkout, services: Services) -> Checkout:
    """The checkout with the lock that the assembly file names, as far as that can be read."""
    try:
        document = load_document(checkout, services)
    except AssemblerError:
        return checkout
    node = document.root.child("lock", "file")
    named = node.value if node is not None and isinstance(node.value, str) else ""
    return msgspec.structs.replace(checkout, lock_file=named)


def is_shared(checkout: Checkout) -> bool:
    """Whether the lock belongs to another assembly file."""
    return checkout.lock_owner != checkout.file


def refuse_shared(checkout: Checkout) -> None:
    """Say which assembly file is locked instead. Raises `ConfigurationError`."""
    if is_shared(checkout):
        whose = checkout.lock_owner
        raise ConfigurationError(
            f"`{checkout.file}` builds from `{checkout.lock_name}`, the lock of `{whose}`",
            hints=(f"run `assemble lock -f {whose}`",),
        )


def hints_when_stale(checkout: Checkout) -> tuple[str, ...]:
    """What to do where the lock does not answer what is asked."""
    if is_shared(checkout):
        return (
            f"run `assemble lock -f {checkout.lock_owner}` if that is to change, too",
            f"or give `{checkout.file}` a lock of its own: take away `file` from its `[lock]`",
        )
    return (RELOCK,)
