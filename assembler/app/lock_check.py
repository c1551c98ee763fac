"""`assemble lock --check`: whether the lock answers what the project asks, without a solver."""

from assembler.app.build_locks import fresh_build_lock
from assembler.app.checkout import Checkout
from assembler.app.services import Services
from assembler.app.shared_lock import is_shared
from assembler.app.variants import fresh, variants, with_lock


def check(checkout: Checkout, services: Services) -> str:
    """The name of the lock, if it is fresh. Raises `LockError` that names what was edited."""
    found = variants(checkout, services, local=False)
    checkout = with_lock(checkout, found)
    lock = fresh(checkout, found, services, strict=True)
    strict = not is_shared(checkout)
    fresh_build_lock(checkout, found[0].asking, lock, services, strict=strict)
    return checkout.lock_name
