"""Where a URL leads: its origin, and whether it may be asked."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from assembler.errors import NetworkError
from assembler.model.url import shown, without_credentials

_PORTS = {"http": 80, "https": 443}


class WebOrigin(NamedTuple):
    """Scheme, host and port: what credentials are bound to."""

    scheme: str
    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether it is this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def web_origin(url: str, *, insecure: bool = False) -> WebOrigin:
    """Return the origin of an http or https URL; raises `NetworkError` for what may not be asked.

    Plain http is for this machine alone, unless it is `insecure`.
    """
    origin = origin_of(url)
    if origin.scheme == "http" and not origin.loopback and not insecure:
        raise NetworkError(
            f"`{shown(url)}` is not encrypted: plain http is for this machine only",
            hints=("use an https URL", "or say `insecure = true` of the index that is there"),
        )
    return origin


def origin_of(url: str) -> WebOrigin:
    """Return the origin of a URL, asked or not; raises `NetworkError` where it has none."""
    try:
        parts = urlsplit(url)
        origin = WebOrigin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
    except (KeyError, ValueError):
        raise NetworkError(f"`{shown_or_text(url)}` is not an https URL") from None
    if not origin.host:
        raise NetworkError(f"`{shown_or_text(url)}` names no host")
    return origin


def shown_or_text(url: str) -> str:
    """Return a URL as messages show it, even one that can't be parsed."""
    try:
        return shown(url)
    except ValueError:
        return url.rpartition("@")[2]


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads; raises `NetworkError` for one from https to anything else."""
    target = without_credentials(urljoin(url, location))
    if origin_of(url).scheme == "https" and origin_of(target).scheme != "https":
        raise NetworkError(f"`{shown(url)}` redirects from https to plain http")
    return target
