"""Rows about building."""

from dataclasses import replace

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, Space, by_turns, inodes, run, space
from tests.benchmarks.suites import Before, Suite, remove
from tests.benchmarks.table import Figure, against, also, over
from tests.benchmarks.workload import programs

PLAIN, COMPILED = "--no-compile-bytecode", "--compile-bytecode"
MOST_ADDED = 0.3
MOST_OVER_PYTHON = 0.03
MOST_OVER_INTERPRETER = 0.005
FEW = 1
"""How many rounds the slowest command gets: more than a minute each."""


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
    compiled = suite.sync("--offline", COMPILED, before=suite.without("compiled"), place="compiled")
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

    def empty(tool: str, result: str) -> Before:
        return lambda: remove([suite.caches / tool, suite.folder / result])

    ours, theirs = empty("assembler", "build"), empty("uv", "envs")
    compiled = empty("uv", "compiled")
    times = by_turns(
        {
            "plain": suite.assemble("build", PLAIN, before=ours),
            "compiled": suite.assemble("build", before=ours),
            "uv": suite.sync(before=theirs),
            "uv with bytecode": suite.sync(COMPILED, before=compiled, place="compiled"),
        },
        min(rounds, 3),
    )
    taken = {name: each.seconds for name, each in times.items()}
    slow, quick = (Figure(name, taken[name]) for name in ("uv with bytecode", "uv"))
    work = "build, empty cache, 20 programs"
    return (
        against(f"{work}, both with bytecode", taken["compiled"], slow, 0.4)
        + against(f"{work}, both without", taken["plain"], quick, 1.5)
        + also(f"{work}, ours with, uv without", taken["compiled"], quick)
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
    return _added_by_twenty(Suite(field, programs(20)).filled()) + _added_by_eighty(
        Suite(field, programs(80)).filled()
    )


def _added_by_twenty(suite: Suite) -> str:
    run(suite.assemble("build", PLAIN))
    suite.without("build", "envs")()
    known = inodes([suite.caches])
    plain = _adds(suite, suite.assemble("build", PLAIN, "--offline"), "build", known)
    compiled = _adds(suite, suite.assemble("build", "--offline"), "build", known)
    theirs = _adds(suite, suite.sync("--offline"), "envs", known)
    sync = suite.sync("--offline", COMPILED, place="compiled")
    theirs_compiled = _adds(suite, sync, "compiled", known)
    work = f"a full cache, {suite.title}"
    return (
        _less(f"{work}, both without bytecode", plain, theirs)
        + _less(f"{work}, both with bytecode", compiled, theirs_compiled)
        + also(
            f"inodes added to {work}, ours with bytecode, uv without", *_inodes(compiled, theirs)
        )
    )


def _added_by_eighty(suite: Suite) -> str:
    suite.without("build", "envs")()
    known = inodes([suite.caches])
    ours = _adds(suite, suite.assemble("build", "--offline"), "build", known)
    theirs = _adds(suite, suite.sync("--offline"), "envs", known)
    return _less(f"a full cache, {suite.title}, ours with bytecode, uv without", ours, theirs)


def _adds(suite: Suite, contestant: Contestant, result: str, known: frozenset[int]) -> Space:
    """What a command adds, which is taken away again."""
    run(contestant)
    found = space([suite.caches, suite.folder / result], known)
    suite.without(result)()
    return found


def _less(where: str, ours: Space, theirs: Space) -> str:
    size = Figure("uv", theirs.size / 2**20, "MiB")
    return against(f"bytes added to {where}", ours.size / 2**20, size, MOST_ADDED) + against(
        f"inodes added to {where}", *_inodes(ours, theirs), MOST_ADDED
    )


def _inodes(ours: Space, theirs: Space) -> tuple[float, Figure]:
    return ours.inodes, Figure("uv", theirs.inodes, "inodes")


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
