"""`python -m tests.benchmarks.loading [PARTS…]`: how long large assemblies take to load and order.

Each size is measured in a process of its own: seconds to parse, check and order, and the most
memory that the process had, in MB.
"""

import resource
import subprocess
import sys
import time
from pathlib import PurePath

from assembler import graph
from assembler.adapters.plugins import recipes
from assembler.config.compose import compose
from assembler.config.document import Document, parse
from assembler.config.schema import load
from tests.benchmarks.assemblies import assembly

SIZES = (500, 2000, 10000)


def composed(text: str) -> Document:
    """The document of an assembly."""
    return compose([parse(text, "assembly.toml")])


def ordered(document: Document) -> int:
    """Load an assembly and order its parts; return how many there are."""
    project = load(document, recipes=recipes(), folder=PurePath("/srv/large"), environment={})
    return len(graph.order(project.parts))


def measure(parts: int) -> str:
    """One line about an assembly of this many parts."""
    ordered(composed(assembly(2)))
    text = assembly(parts)
    start = time.perf_counter()
    count = ordered(composed(text))
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{count:6} parts {seconds:6.2f} s {memory:5.0f} MB"


def main(arguments: list[str]) -> None:
    """Measure the given size here, or each of several in a process of its own."""
    sizes = [int(each) for each in arguments] or list(SIZES)
    if len(sizes) == 1:
        sys.stdout.write(f"{measure(sizes[0])}\n")
        return
    for size in sizes:
        subprocess.run([sys.executable, "-m", __spec__.name, str(size)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
