"""Which hosts serve the `core-metadata` siblings of files (PEP 658) without announcing them."""

from collections import Counter
from threading import Lock
from urllib.parse import urlsplit

_PATIENCE = 3


class Siblings:
    """A host is asked on until it refused three more often than it served."""

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()
        self._lock = Lock()

    def worth_asking(self, url: str) -> bool:
        """Whether a sibling of this file may be there."""
        return self._refused[urlsplit(url).netloc] < _PATIENCE

    def learn(self, url: str, *, served: bool) -> None:
        """Remember how a host answered."""
        with self._lock:
            self._refused[urlsplit(url).netloc] += -1 if served else 1
