"""Due parts, several at once: each begins when those that it needs are made."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from assembler.errors import AssemblerError, StoppedError, raise_all
from assembler.model.manifest import BuiltPart
from assembler.model.plan import PlannedPart
from assembler.ports import Tools

Make = Callable[[PlannedPart], BuiltPart]


def make_due(due: Sequence[PlannedPart], make: Make, tools: Tools) -> Mapping[str, BuiltPart]:
    """Make the due parts, given in building order, at most `tools.jobs` of them at once.

    Where one fails no other begins, and the commands that still run are ended. Raises what failed,
    the first first.
    """
    with ThreadPoolExecutor(tools.jobs, "part") as threads:
        crew = _Crew(due, make, tools, threads)
        try:
            return crew.work()
        except BaseException:
            tools.processes.close()
            raise


class _Crew:
    """Parts that wait, that are being made, and that are done."""

    def __init__(
        self, due: Sequence[PlannedPart], make: Make, tools: Tools, threads: ThreadPoolExecutor
    ) -> None:
        self._waiting = {part.name: part for part in due}
        self._unmade = set(self._waiting)
        self._running: dict[Future[BuiltPart], str] = {}
        self._made: dict[str, BuiltPart] = {}
        self._make = make
        self._tools = tools
        self._threads = threads

    def work(self) -> Mapping[str, BuiltPart]:
        """Make all of them."""
        self._begin()
        while self._running:
            ended = wait(self._running, return_when=FIRST_COMPLETED).done
            if any(future.exception() for future in ended):
                self._fail(ended)
            for future in ended:
                name = self._running.pop(future)
                self._made[name] = future.result()
                self._unmade.remove(name)
                self._tools.reporter.advance(name)
            self._begin()
        return self._made

    def _begin(self) -> None:
        """Begin with parts of which nothing that they need is missing, the first first."""
        for part in [*self._waiting.values()]:
            if len(self._running) == self._tools.jobs:
                return
            if self._unmade.isdisjoint(part.edges):
                self._tools.reporter.advance(part.name, 0)
                self._running[self._threads.submit(self._make, part)] = part.name
                del self._waiting[part.name]

    def _fail(self, first: set[Future[BuiltPart]]) -> None:
        """End what still runs, and raise all that failed."""
        self._tools.processes.close()
        wait(self._running)
        failed: list[AssemblerError] = []
        ended: list[str] = []
        for future in sorted(self._running, key=lambda each: each not in first):
            match future.exception():
                case None:
                    pass
                case StoppedError():
                    ended.append(self._running[future])
                case AssemblerError() as error:
                    failed.append(error)
                case error:
                    raise error
        if ended:
            listed = ", ".join(f"`{name}`" for name in sorted(ended))
            self._tools.reporter.note(f"ended before done: {listed}")
        raise_all(failed)
