"""The reporter of the command line: a progress bar on a terminal, plain lines with `-v`."""

from typing import TYPE_CHECKING

from assembler.cli.console import Console, visible
from assembler.ports import Phase

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ConsoleReporter:
    """Reports to a console; `rich` is imported only on a terminal, when a phase begins."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._phase: Phase | None = None
        self._begun: dict[str, None] = {}

    def phase(self, phase: Phase, total: int | None = None) -> None:
        """Begin a phase."""
        if not self._console.on_terminal or self._console.level < 0:
            if phase != self._phase:
                self._console.detail(phase)
            self._phase = phase
            return
        if self._progress is None:
            self._progress = _bar()
            self._progress.start()
        if self._task is not None and phase == self._phase:
            self._progress.update(self._task, total=total)
            return
        self._phase = phase
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(phase, total=total, item="")

    def advance(self, item: str, done: int = 1) -> None:
        """An item of the phase is done, or begun with `done=0`."""
        if done:
            self._begun.pop(item, None)
        else:
            self._begun[item] = None
        if self._progress is not None and self._task is not None:
            shown = ", ".join(self._begun) or item
            self._progress.update(self._task, advance=done, item=shown)
        elif done:
            self._console.detail(f"  {item}")

    def note(self, message: str) -> None:
        """Say something, above the bar."""
        self._console.say(visible(message))

    def warn(self, message: str) -> None:
        """Warn, above the bar."""
        self._console.warn(message)

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = self._task = self._phase = None


def _bar() -> "Progress":
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[item]}", style="dim"),
        console=RichConsole(stderr=True),
        transient=True,
    )
