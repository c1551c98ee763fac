"""What `--offline` lacks, put together instead of told one by one."""

from collections.abc import Iterator
from contextlib import contextmanager

from assembler.errors import OfflineError


class Lacking:
    """Things that are not cached; work on what does not depend on them goes on."""

    def __init__(self) -> None:
        self.things: list[str] = []

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Note what the block lacks, and end it there."""
        try:
            yield
        except OfflineError as error:
            self.things += error.things

    def check(self) -> None:
        """Raise `OfflineError` that names all of it, if there is anything."""
        if self.things:
            raise OfflineError(self.things)
