"""The service mail."""

from market_events import event
from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("mail", event=event("mail"))
