"""Which hosts serve the `core-metadata` siblings of files (PEP 658) without announcing them."""

from urllib.parse import urlsplit


class Siblings:
    """What probes have told: a host is asked on as long as it serves every one."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    def worth_asking(self, url: str) -> bool:
        """Whether a sibling of this file may be there."""
        return urlsplit(url).netloc not in self._refused

    def learn_refusal(self, url: str) -> None:
        """Remember that a host had no sibling of a file."""
        self._refused.add(urlsplit(url).netloc)
