"""Which hosts serve the `core-metadata` siblings of files (PEP 658) without announcing them."""

from threading import Lock
from urllib.parse import urlsplit

_PATIENCE = 3


class Siblings:
    """What probes have told: a host that served one is asked on, one that refused three is not."""

    def __init__(self) -> None:
        self._served: set[str] = set()
        self._refused: dict[str, int] = {}
        self._lock = Lock()

    def worth_asking(self, url: str) -> bool:
        """Whether a sibling of this file may be there."""
        host = urlsplit(url).netloc
        return host in self._served or self._refused.get(host, 0) < _PATIENCE

    def learn(self, url: str, *, served: bool) -> None:
        """Remember how a host answered."""
        host = urlsplit(url).netloc
        with self._lock:
            if served:
                self._served.add(host)
            else:
                self._refused[host] = self._refused.get(host, 0) + 1
