"""A reporter that remembers what it was told."""

from assembler.ports import Phase


class RecordedReporter:
    """The `Reporter` port: everything it was told, in order."""

    def __init__(self) -> None:
        self.phases: list[tuple[Phase, int | None]] = []
        self.advanced: list[tuple[str, int]] = []
        self.notes: list[str] = []
        self.warnings: list[str] = []

    def phase(self, phase: Phase, total: int | None = None) -> None:
        self.phases.append((phase, total))

    def advance(self, item: str, done: int = 1) -> None:
        self.advanced.append((item, done))

    def note(self, message: str) -> None:
        self.notes.append(message)

    def warn(self, message: str) -> None:
        self.warnings.append(message)
