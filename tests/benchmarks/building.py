"""Rows about building."""

from dataclasses import replace

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, by_turns, inodes, run, space
from tests.benchmarks.suites import Suite, remove
from tests.benchmarks.table import Figure, against, also, over
from tests.benchmarks.workload import programs

MOST_OVER_PYTHON = 0.03
MOST_OVER_INTERPRETER = 0.005
FEW = 1
"""How many rounds the slowest commands get: minutes each."""


def warm(field: Field, rounds: int) -> str:
    """A prefix that is not there, with all in the cache; ours is compiled."""
    return _warm_twenty(Suite(field, programs(20)), rounds) + _warm_eighty(
        Suite(field, programs(80)), min(rounds, 3)
    )


def _contestants(suite: Suite) -> dict[str, Contestant]:
    suite.filled()
    return {
        "assembler": suite.assemble("build", "--offline", before=suite.without("build")),
        "uv": suite.sync("--offline", before=suite.without("envs")),
    }


def _warm_twenty(suite: Suite, rounds: int) -> str:
    compiled = suite.sync(
        "--offline", "--compile-bytecode", before=suite.without("compiled"), place="compiled"
    )
    slow = {"uv with bytecode": replace(compiled, most=FEW)}
    times = by_turns(_contestants(suite) | slow, rounds)
    work = "build into a fresh prefix, warm, 20 programs"
    limits = {"uv": 0.5, "uv with bytecode": 0.02}
    ours = times["assembler"].seconds
    return "".join(
        against(work, ours, Figure(whose, times[whose].seconds), limit)
        for whose, limit in limits.items()
    )


def _warm_eighty(suite: Suite, rounds: int) -> str:
    times = by_turns(_contestants(suite), rounds)
    work = "build into a fresh prefix, warm, 80 programs"
    return against(work, times["assembler"].seconds, Figure("uv", times["uv"].seconds), 0.25)


def cold(field: Field, rounds: int) -> str:
    """From an empty cache."""
    suite = Suite(field, programs(20), folder="cold", caches="cold")
    for contestant in (suite.assemble("lock"), suite.uv("lock")):
        run(contestant)
    folder, caches = suite.folder, suite.caches

    def empty(tool: str, result: str) -> None:
        remove([caches / tool, folder / result])

    times = by_turns(
        {
            "assembler": suite.assemble("build", before=lambda: empty("assembler", "build")),
            "uv": suite.sync(before=lambda: empty("uv", "envs")),
            "uv with bytecode": suite.sync(
                "--compile-bytecode", before=lambda: empty("uv", "compiled"), place="compiled"
            ),
        },
        min(rounds, FEW),
    )
    work = "build, empty cache, 20 programs"
    ours = times["assembler"].seconds
    slow = Figure("uv with bytecode", times["uv with bytecode"].seconds)
    return against(work, ours, slow, 0.4) + against(
        f"{work}, ours with bytecode", ours, Figure("uv", times["uv"].seconds), 1.5
    )


def nothing(field: Field, rounds: int) -> str:
    """What is built is current."""
    lines = []
    for count, limit in ((20, 0.2), (80, 0.03)):
        suite = Suite(field, programs(count)).filled()
        for contestant in (suite.assemble("build"), suite.assemble("build"), suite.sync()):
            run(contestant)
        python = str(field.assembler.parent / "python")
        contestants = {
            "assembler": suite.assemble("build"),
            "python": Contestant((python, "-c", "pass"), suite.folder, suite.environment),
            "uv": replace(suite.sync("--offline"), most=max(rounds // 3, 1)),
        }
        times = by_turns(contestants, rounds)
        work = f"build, nothing to do, {suite.title}"
        ours = times["assembler"].seconds
        lines.append(against(work, ours, Figure("uv", times["uv"].seconds), limit))
        floor = Figure("starting Python", times["python"].seconds)
        lines.append(over(work, ours, floor, MOST_OVER_PYTHON))
        edited = {
            "assembler": suite.assemble("build", before=suite.commented),
            "uv": replace(suite.sync("--offline", before=suite.commented), most=1),
        }
        again = by_turns(edited, min(rounds, 3))
        work = f"build after a comment was edited, {suite.title}"
        theirs = Figure("uv", again["uv"].seconds)
        lines.append(also(work, again["assembler"].seconds, theirs))
    return "".join(lines)


def added(field: Field, _rounds: int) -> str:
    """What a build adds to a full cache: bytes and inodes."""
    suite = Suite(field, programs(20)).filled()
    suite.without("build", "envs")()
    known = inodes([suite.caches])
    runs = {
        "assembler": ("build", suite.assemble("build", "--offline")),
        "uv": ("envs", suite.sync("--offline")),
        "uv with bytecode": (
            "compiled",
            suite.sync("--offline", "--compile-bytecode", place="compiled"),
        ),
    }
    found = {}
    for name, (result, contestant) in runs.items():
        run(contestant)
        found[name] = space([suite.caches, suite.folder / result], known)
    ours = found.pop("assembler")
    return "".join(
        against("bytes added to a full cache", ours.size / 2**20, size, 0.3)
        + against("inodes added to a full cache", ours.inodes, count, 0.3)
        for name, theirs in found.items()
        for size, count in [
            (Figure(name, theirs.size / 2**20, "MiB"), Figure(name, theirs.inodes, "inodes"))
        ]
    )


def changed(field: Field, rounds: int) -> str:
    """One requirement of one program, locked and built; nothing else changes."""
    suite = Suite(field, programs(20), folder="changed").filled()
    forth = suite.edited('"alembic"', '"alembic<1.14"')
    back = suite.edited('"alembic<1.14"', '"alembic"')
    forth()
    suite.fill()
    back()
    suite.fill()
    state = {"turn": 0}

    def edit() -> None:
        (back if state["turn"] % 4 > 1 else forth)()
        state["turn"] += 1

    assemble, uv = str(field.assembler), field.uv
    ours = suite.shell(f"{assemble} lock --offline -q && {assemble} build --offline -q")
    theirs = suite.shell(f"{uv} lock --offline -q\n{suite.sync('--offline').argv[-1]}")
    contestants = {
        "assembler": replace(ours, before=edit),
        "uv": replace(theirs, before=edit),
    }
    times = by_turns(contestants, 2 * rounds)
    work = "one requirement of 20 programs changed, lock and build"
    return against(work, times["assembler"].seconds, Figure("uv", times["uv"].seconds), 1.0)
