"""What was locked before, as far as it can be read."""

from collections.abc import Callable

import msgspec

from assembler.app.build_locks import read_build_lock
from assembler.app.checkout import Checkout
from assembler.app.locking import old_lock
from assembler.app.services import Services
from assembler.errors import LockError
from assembler.model.lock import Lock


class Before(msgspec.Struct, frozen=True):
    """What was locked before, as far as it can be read.

    `kept` is the part of the lock whose programs are not solved again.
    """

    lock: Lock | None
    build_lock: Lock | None
    kept: Lock | None = None


def before(checkout: Checkout, services: Services) -> Before:
    """Read the locks; of one that no longer can be read, a warning tells."""
    return Before(
        lock=_readable(old_lock, checkout, services),
        build_lock=_readable(read_build_lock, checkout, services),
    )


def _readable(
    read: Callable[[Checkout, Services], Lock | None], checkout: Checkout, services: Services
) -> Lock | None:
    """An old lock; one that no longer can be read holds no pins worth keeping."""
    try:
        return read(checkout, services)
    except LockError as error:
        services.reporter.warn(f"{error.message}; locking afresh")
        return None
