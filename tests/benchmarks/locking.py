"""Rows about locking."""

from collections.abc import Mapping

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Times, by_turns, nothing, run
from tests.benchmarks.suites import Before, Suite, remove
from tests.benchmarks.table import Figure, against, also, within
from tests.benchmarks.workload import TARGET, assembly, programs

TARGETS = (TARGET, "linux-aarch64", "macos-arm64", "windows-x86_64")
MOST_MEMORY = 200.0
MOST_TO_CHECK = 0.04


def warm(field: Field, rounds: int) -> str:
    """Offline, without an earlier lock."""
    goals = {20: 2.0, 80: 0.6, 1: 1.3}
    return "".join(
        _warm(Suite(field, programs(count)), rounds, limit) for count, limit in goals.items()
    )


def _warm(suite: Suite, rounds: int, limit: float) -> str:
    times = by_turns(suite.locks(), rounds)
    theirs = _uv(times)
    work = f"lock, warm and offline, {suite.title}"
    return against(work, times["assembler"].seconds, theirs, limit)


def cold(field: Field, rounds: int) -> str:
    """With nothing in the cache."""
    suite = Suite(field, programs(20), folder="cold", caches="cold")
    caches = suite.caches
    times = by_turns(
        {
            "assembler": suite.assemble(
                "lock",
                before=lambda: remove([caches / "assembler", suite.folder / "pylock.toml"]),
            ),
            "uv": suite.uv(
                "lock", before=lambda: remove([caches / "uv", suite.folder / "uv.lock"])
            ),
        },
        rounds,
    )
    theirs = _uv(times)
    return against("lock, empty cache, 20 programs", times["assembler"].seconds, theirs, 1.2)


def check(field: Field, rounds: int) -> str:
    """`lock --check` of a fresh lock: again, and after a comment was edited."""
    twenty, eighty = (Suite(field, programs(count)).filled() for count in (20, 80))
    few, many = (_checks(suite, rounds, nothing) for suite in (twenty, eighty))
    work = "`lock --check`, fresh, {}".format
    return (
        within(work(twenty.title), few["assembler"].seconds, Figure("", MOST_TO_CHECK))
        + against(work(eighty.title), many["assembler"].seconds, _uv(many), 1.0)
        + "".join(_commented(suite, rounds) for suite in (twenty, eighty))
    )


def _commented(suite: Suite, rounds: int) -> str:
    times = _checks(suite, rounds, suite.commented)
    work = f"`lock --check` after a comment was edited, {suite.title}"
    return also(work, times["assembler"].seconds, _uv(times))


def _checks(suite: Suite, rounds: int, before: Before) -> dict[str, Times]:
    contestants = {
        "assembler": suite.assemble("lock", "--check", before=before),
        "uv": suite.uv("lock", "--check", "--offline", before=before),
    }
    run(suite.assemble("lock", "--check"))
    return by_turns(contestants, rounds)


def _uv(times: Mapping[str, Times]) -> Figure:
    return Figure("uv", times["uv"].seconds)


def memory(field: Field, _rounds: int) -> str:
    """The peak of locking for four targets, with warm caches."""
    suite = Suite(field, programs(20), folder="targets")
    (suite.folder / "assembly.toml").write_text(assembly(suite.programs, TARGETS))
    run(suite.assemble("lock"))
    again = suite.assemble("lock", "--offline", before=suite.without("pylock.toml"))
    peak = by_turns({"assembler": again}, 1)["assembler"].memory
    work = "peak memory of a lock, 20 programs, 4 targets"
    return within(work, peak, Figure("", MOST_MEMORY, "MB"))
