"""The service support."""

from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("support")
