"""Instants as the lock writes them: ISO 8601 in UTC, ending in `Z`."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=65536)
def instant(text: str) -> datetime | None:
    """Read an instant (without an offset: UTC), or `None` if the text is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


@lru_cache(maxsize=65536)
def written(moment: datetime) -> str:
    """Write an instant."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


def normalised(text: str) -> str:
    """Write an instant in the one way; another text (a duration) with single spaces."""
    moment = instant(text)
    return " ".join(text.split()) if moment is None else written(moment)
