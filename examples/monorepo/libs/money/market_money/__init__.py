"""Shared by the services of the market: money."""


def price(cents: int) -> str:
    """An amount as people read it."""
    return f"{cents / 100:.2f} EUR"
