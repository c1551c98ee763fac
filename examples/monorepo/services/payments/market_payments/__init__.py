"""The service payments."""

from market_events import event
from market_money import price
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("payments", price=price(1999), event=event("payments"))
