"""Bodies as they come in: counted, never endless, never stalled."""

import zlib
from collections.abc import Callable, Iterable, Iterator

from urllib3 import BaseHTTPResponse

from assembler.adapters.http.faults import TransientError
from assembler.errors import NetworkError
from assembler.model.limits import Limits

_CHUNK = 128 * 1024
_GZIP = 16 + zlib.MAX_WBITS


def chunks(
    response: BaseHTTPResponse, limits: Limits, clock: Callable[[], float]
) -> Iterator[bytes]:
    """Yield the body as sent; raises `TransientError` where it stalls."""
    window, since = 0, clock()
    while chunk := response.read1(_CHUNK, decode_content=False):
        window, now = window + len(chunk), clock()
        if window >= limits.stall_size:
            window, since = 0, now
        elif now - since > limits.stall_time:
            raise TransientError("the body stalled", limit="stall_time")
        yield chunk


def decoded(body: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    """Undo a gzip content encoding piece by piece; raises `NetworkError` for what isn't gzip."""
    if encoding in {"", "identity"}:
        yield from body
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise NetworkError(f"`{url}` came in an encoding that was not asked for: `{encoding[:40]}`")
    gzip = zlib.decompressobj(_GZIP)
    try:
        for chunk in body:
            rest = chunk
            while rest and not gzip.eof:
                yield gzip.decompress(rest, _CHUNK)
                rest = gzip.unconsumed_tail
    except zlib.error:
        raise NetworkError(f"`{url}` is damaged gzip") from None
    if not gzip.eof:
        raise TransientError("the body ended too early")


def timed(body: Iterable[bytes], limits: Limits, clock: Callable[[], float]) -> Iterator[bytes]:
    """Yield chunks while the whole takes no longer than an answer may."""
    end = clock() + limits.answer_time
    for chunk in body:
        if clock() > end:
            reason = f"the answer took more than {limits.answer_time:g} s"
            raise TransientError(reason, limit="answer_time")
        yield chunk
