"""The service stock."""

from market_storage import store
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("stock", stored=store("tea"))
