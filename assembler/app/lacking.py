"""What `--offline` lacks, put together instead of told one by one."""

from types import TracebackType

from assembler.errors import OfflineError


class Lacking:
    """Things that are not cached; work on what does not depend on them goes on."""

    def __init__(self) -> None:
        self.things: list[str] = []

    def gathering(self) -> "Gathering":
        """Note what the block lacks, and end it there."""
        return Gathering(self.things)

    def check(self) -> None:
        """Raise `OfflineError` that names all of it, if there is anything."""
        if self.things:
            raise OfflineError(self.things)


class Gathering:
    """A block that ends where offline lacks something, which is noted."""

    def __init__(self, things: list[str]) -> None:
        self._things = things

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Note what was lacking, which is no failure then."""
        if isinstance(error, OfflineError):
            self._things += error.things
            return True
        return False
