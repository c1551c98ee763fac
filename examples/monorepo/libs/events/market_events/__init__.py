"""Shared by the services of the market: events."""


def event(kind: str, **data: object) -> dict[str, object]:
    """Something that happened, for other services."""
    return {"kind": kind, **data}
