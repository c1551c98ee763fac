"""The service catalogue."""

from market_storage import store
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("catalogue", stored=store("tea"))
