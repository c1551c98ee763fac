"""The machine that assembler runs on."""

import platform
from datetime import UTC, datetime

from assembler.app.services import Machine
from assembler.model.platforms import this_platform


def this_machine(started: int, jobs: int) -> Machine:
    """The machine as it is; `started` is the present instant, in ns since the epoch."""
    libc, version = platform.libc_ver()
    now = datetime.fromtimestamp(started / 1e9, UTC).replace(microsecond=0)
    return Machine(
        platform=this_platform(platform.system(), platform.machine(), libc or "musl"),
        libc=tuple(int(number) for number in version.split(".") if number.isdigit()),
        now=now.isoformat().replace("+00:00", "Z"),
        started=started,
        python=".".join(platform.python_version_tuple()[:2]),
        jobs=jobs,
    )
