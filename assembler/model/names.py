"""Names of distributions as they are compared."""

import re
from functools import lru_cache

_BETWEEN = re.compile(r"[-_.]+")


@lru_cache(maxsize=65536)
def normalised_name(name: str) -> str:
    """Return a distribution's name as it is compared (PEP 503)."""
    return _BETWEEN.sub("-", name).lower()
