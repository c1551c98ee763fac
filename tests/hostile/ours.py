"""Whether assembler takes all cases as the table says: `python -m tests.hostile.ours`."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import TimeoutExpired

from tests.behaviours.world import World
from tests.faults.figures import tell
from tests.hostile.case import Case
from tests.hostile.locks import TAMPERINGS, Tampering
from tests.hostile.table import CASES
from tests.hostile.tampered import faults, locked
from tests.hostile.trial import attempt
from tests.servers import serve


def wrong(case: Case) -> list[str]:
    """What assembler does wrong in the case; nothing if it does all right."""
    with tempfile.TemporaryDirectory() as folder, serve({}) as index:
        try:
            return attempt(case, World(Path(folder), index)).faults(case)
        except (AssertionError, TimeoutExpired) as error:
            return [str(error)]


def wrong_locks(tamperings: Sequence[Tampering]) -> Iterator[tuple[str, list[str]]]:
    """Each edited lock, with what assembler does wrong with it."""
    with tempfile.TemporaryDirectory() as folder, serve({}) as index:
        world = locked(Path(folder), index)
        for tampering in tamperings:
            yield f"edited lock: {tampering.name}", faults(tampering, world)


def main() -> int:
    """Print what comes out otherwise; 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th case")
    every = parser.parse_args().every
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        chosen = list(CASES)[::every]
        verdicts = threads.map(lambda name: wrong(CASES[name]), chosen)
        cases = list(zip(chosen, verdicts, strict=True))
    locks = list(wrong_locks(TAMPERINGS[::every]))
    found = {name: faults for name, faults in (*cases, *locks) if faults}
    counts = {"hostile cases": len(cases), "edited locks": len(locks)}
    figures = f"{sum(counts.values())} cases, {len(found)} not as expected"
    return tell(figures, counts, [f"{name}: {'; '.join(found[name])}" for name in found])


if __name__ == "__main__":
    sys.exit(main())
