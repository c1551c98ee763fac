"""The service billing."""

from market_money import price
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("billing", price=price(1999))
