"""What a program of faults found, told in one line that `python -m tests.faults` reads."""

import sys
from collections.abc import Mapping, Sequence


def tell(
    figures: str, counts: Mapping[str, int], faults: Sequence[str], *, seed: int | None = None
) -> int:
    """Print the faults, and then the figures in a line of their own; 1 if there are faults.

    The line ends with what was counted, and with the seed where there is one.
    """
    for fault in faults:
        sys.stdout.write(f"{fault.rstrip()}\n")
    details = [", ".join(f"{what} {count}" for what, count in sorted(counts.items()))]
    if seed is not None:
        details.append(f"seed {seed}")
    sys.stdout.write(f"{figures} ({'; '.join(filter(None, details))})\n")
    return int(bool(faults))
