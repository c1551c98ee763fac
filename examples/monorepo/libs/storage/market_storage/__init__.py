"""Shared by the services of the market: storage."""

from market_events import event


def store(name: str) -> dict[str, object]:
    """Keep something, and tell it."""
    return event("stored", name=name)
