"""The service accounts."""

from market_web import answer


def main() -> int:
    """Answer once."""
    return answer("accounts")
