"""The service basket."""

from market_money import price
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("basket", price=price(1999))
