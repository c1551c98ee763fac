"""The service reviews."""

from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("reviews")
