"""The reference page of all rules, made from the scenario files: `python -m tests.solve.rules`."""

from collections.abc import Sequence
from pathlib import Path

import tomli

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/rules.md"
SCENARIOS = ROOT / "tests/scenarios"

_INTRODUCTION = """\
# Rules of solving and locking

Every rule that decides what is in the lock, with the file that holds it to be so. A scenario in
`tests/scenarios` is an index, a request, and the pins or the words that must come out; a rule of
how the lock is written and read names its test. `nox -s rules` takes each rule out of a copy of
Assembler, with the edits in `tests/solve/mutants.toml`: its scenario or test must fail there.
"""

_TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Which version", ("newest", "epoch", "post", "local", "compatible", "resolution", "highest")),
    ("Searching", ("backtracking", "cycle", "meets", "order", "unreachable", "names")),
    ("Pre-releases", ("prerelease",)),
    ("Yanked versions", ("yanked",)),
    ("Status of a distribution", ("status",)),
    ("Upload times", ("exclude",)),
    ("Python", ("python", "requires")),
    ("Splitting at patches", ("split",)),
    ("Targets, tags and markers", ("tags", "target", "targets", "marker", "markers", "wheel")),
    ("Sdists", ("sdist", "from")),
    ("Extras", ("extra", "extras")),
    ("Constraints, overrides and exclusions", ("constraint", "override", "excluded")),
    ("Indexes and routes", ("routed", "offline")),
    ("Own distributions and URLs", ("own", "url")),
    ("Solve groups", ("group",)),
    ("Pins of the lock", ("kept",)),
    (
        "Explaining a failure",
        ("conflict", "conflicts", "missing", "no", "edit", "relaxing", "refused"),
    ),
)

LOCK: tuple[tuple[str, str], ...] = (
    (
        "every cell is selected again from the text before it is written; each pin has its file",
        "tests/lock/test_gates.py::test_a_pin_without_a_file_that_fits",
    ),
    ("a file without a hash is not locked", "tests/lock/test_gates.py::test_a_file_without_a_hash"),
    (
        "every patch of a program's Python is solved, once",
        "tests/lock/test_gates.py::test_patches_that_are_not_solved",
    ),
    (
        "targets that markers can't tell apart have equal pins",
        "tests/lock/test_gates.py::test_targets_that_markers_can_not_tell_apart_but_have_other_pins",
    ),
    (
        "a target named twice counts once",
        "tests/lock/test_gates.py::test_a_target_that_is_named_twice_counts_once",
    ),
    (
        "an edit that makes a lock stale is named",
        "tests/lock/test_freshness.py::test_an_edit_is_named",
    ),
    (
        "order, comments and layout make nothing stale",
        "tests/lock/test_freshness.py::test_what_does_not_matter_is_no_edit",
    ),
    (
        "the instant of a duration stays until an upgrade",
        "tests/lock/test_freshness.py::test_the_instant_of_a_duration_stays",
    ),
    (
        "a rule about upload times counts for a program only if it has the distribution or index",
        "tests/lock/test_upload_times.py::test_what_the_program_has_counts",
    ),
    (
        "an index without upload times is an input only where a rule about them counts",
        "tests/lock/test_upload_times.py::test_an_index_without_upload_times_counts_where_it_matters",
    ),
    (
        "an override that every program replaces by its own is told",
        "tests/lock/test_unused.py::test_an_override_of_which_every_program_has_its_own_is_told",
    ),
    (
        "what programs of a solve group share is used if any of them uses it",
        "tests/lock/test_unused.py::test_what_programs_share_is_used_if_any_of_them_uses_it",
    ),
    (
        "a constraint counts for a program only if its closure has the name",
        "tests/lock/test_inputs.py::test_only_what_is_about_the_closure_counts",
    ),
    (
        "markers are said in the fewest words",
        "tests/lock/test_markers.py::test_the_environment_is_said_in_the_fewest_words",
    ),
    (
        "no environment is said where pins do not differ",
        "tests/lock/test_markers.py::test_nothing_is_said_of_the_environment_where_pins_do_not_differ",
    ),
    ("a split says the patch", "tests/lock/test_markers.py::test_a_split_says_the_patch"),
    (
        "the best wheel of an entry is installed",
        "tests/lock/test_selection.py::test_the_best_wheel_is_chosen",
    ),
    (
        "an entry without a wheel that fits is built from its sdist",
        "tests/lock/test_selection.py::test_without_a_wheel_that_fits_the_sdist_is_chosen",
    ),
    (
        "of several targets the most demanding one that fits this machine is built",
        "tests/lock/test_selection.py::test_of_several_targets_the_most_demanding_one_that_fits",
    ),
    (
        "a lone program is the default group",
        "tests/lock/test_pylock.py::test_a_lone_program_is_the_default_group",
    ),
    (
        "a lock reads as it was written",
        "tests/lock/test_pylock.py::test_a_lock_reads_as_it_was_written",
    ),
    (
        "credentials are left out",
        "tests/lock/test_pylock.py::test_credentials_and_what_only_the_solver_needs_are_left_out",
    ),
    ("instants are written in UTC", "tests/lock/test_pylock.py::test_instants_are_written_in_utc"),
)


def scenarios() -> dict[str, str]:
    """The rule of every scenario file, by the file's name."""
    return {
        path.name: str(tomli.loads(path.read_text("utf-8"))["rule"])
        for path in sorted(SCENARIOS.glob("*.toml"))
    }


def page() -> str:
    """The whole page."""
    known = scenarios()
    by_topic: dict[str, list[tuple[str, str]]] = {topic: [] for topic, _ in _TOPICS}
    others: list[tuple[str, str]] = []
    for name, rule in known.items():
        first = name.removesuffix(".toml").split("-")[0]
        topic = next((topic for topic, words in _TOPICS if first in words), None)
        (by_topic[topic] if topic else others).append((rule, f"tests/scenarios/{name}"))
    tables = [_table(topic, rows) for topic, rows in by_topic.items() if rows]
    return "\n".join(
        [_INTRODUCTION, *tables, _table("Further rules", others), _table("The lock", LOCK)]
    )


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {rule} | `{place}` |" for rule, place in rows]
    return "\n".join([f"## {title}", "", "| rule | held by |", "|---|---|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
