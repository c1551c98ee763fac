"""A case: what an index does or offers, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.servers import IndexServer
from tests.wheels import make_wheel

VICTIM = "victim"
VERSION = "1.0"
WHEEL = "victim-1.0-py3-none-any.whl"
INFO = "victim-1.0.dist-info"
PAGE = "/simple/victim/"
FILE = f"/files/{WHEEL}"

NOWHERE = "http://127.0.0.1:9"
ELSEWHERE_IS_NOWHERE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
}
"""Variables with which whatever a case leads to beyond this machine is not asked."""

INTEGRITY = 4
NETWORK = 3
UNSATISFIABLE = 1

Setting = Callable[[IndexServer], None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an index does to a project that wants `victim`, and what must come of it.

    `refused` is a piece of the message that must be told, with its exit code; a case without one
    must be survived: `victim` 1.0 is built and says its version.
    """

    name: str
    publish: Setting
    refused: str | None = None
    code: int = INTEGRITY


def honest(index: IndexServer) -> None:
    """Offer `victim` 1.0 as it should be."""
    name, content = make_wheel(VICTIM, VERSION)
    index.files[name] = content


def wheel(content: bytes, name: str = WHEEL) -> Setting:
    """Offer these bytes as a wheel."""

    def publish(index: IndexServer) -> None:
        index.files[name] = content

    return publish
