"""The ceiling on bytes."""

from collections.abc import Iterable, Iterator

from assembler.transport import TooLargeError


def bounded(body: Iterable[bytes], url: str, limit: int) -> Iterator[bytes]:
    """Yield chunks up to `limit` bytes in all; raises `TooLargeError` beyond."""
    total = 0
    for chunk in body:
        total += len(chunk)
        if total > limit:
            raise TooLargeError(f"`{url}` is larger than {limit} bytes")
        yield chunk
