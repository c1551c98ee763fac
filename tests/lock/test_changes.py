from msgspec.structs import replace

from assembler.lock.changes import changes
from assembler.lock.pylock import dumps, loads
from assembler.model.lock import Change, Lock
from assembler.model.resolution import Pin
from assembler.model.target import PythonRange
from tests.lock.samples import LINUX, MAC, PYTHON, WINDOWS, inputs, lock, pin, small_lock, tree


def web(*pins: Pin, targets: tuple[str, ...] = (LINUX,)) -> Lock:
    return lock({("web", target, PYTHON): pins for target in targets})


def test_a_first_lock_adds_everything():
    assert changes(None, web(pin("a", "1.0"))) == (
        Change(kind="added", program="web", name="a", after="1.0", because="newest"),
    )


def test_nothing_changes():
    assert changes(small_lock(), loads(dumps(small_lock()), "pylock.toml")) == ()


def test_what_happens_to_a_distribution():
    before = web(pin("gone", "1.0"), pin("kept", "1.0"), pin("lib", "1.0"), pin("up", "1.9"))
    after = web(
        pin("down", "1.0"),
        pin("kept", "1.0"),
        tree("lib", "1.0", "libs/lib"),
        pin("new", "1.0", because="required by `up`"),
        pin("up", "1.10"),
    )
    before = replace(
        before, cells={cell: (*pins, pin("down", "2.0")) for cell, pins in before.cells.items()}
    )

    assert changes(before, after) == (
        Change(
            kind="downgraded",
            program="web",
            name="down",
            before="2.0",
            after="1.0",
            because="newest",
        ),
        Change(kind="removed", program="web", name="gone", before="1.0"),
        Change(kind="moved", program="web", name="lib", before="1.0", after="1.0"),
        Change(kind="added", program="web", name="new", after="1.0", because="required by `up`"),
        Change(
            kind="upgraded", program="web", name="up", before="1.9", after="1.10", because="newest"
        ),
    )


def test_versions_are_compared_as_versions():
    assert changes(web(pin("a", "1.0")), web(pin("a", "1.0.0"))) == ()


def test_programs_change_apart():
    before = lock({(name, LINUX, PYTHON): [pin("a", "1.0")] for name in ("web", "gone")})
    after = lock({(name, LINUX, PYTHON): [pin("a", "1.0")] for name in ("web", "new")})

    assert [(one.kind, one.program) for one in changes(before, after)] == [
        ("removed", "gone"),
        ("added", "new"),
    ]


def test_a_change_on_one_target_names_it():
    before = web(pin("a", "1.0"), targets=(LINUX, MAC))
    after = lock(
        {("web", LINUX, PYTHON): [pin("a", "2.0")], ("web", MAC, PYTHON): [pin("a", "1.0")]}
    )

    (change,) = changes(before, after)
    assert (change.kind, change.targets) == ("upgraded", (LINUX,))


def test_a_new_target_adds_only_what_is_its_own():
    after = lock(
        {
            ("web", LINUX, PYTHON): [pin("a", "1.0")],
            ("web", WINDOWS, PYTHON): [pin("a", "1.0"), pin("colorama", "0.4")],
        }
    )

    (change,) = changes(web(pin("a", "1.0")), after)
    assert (change.kind, change.name, change.targets) == ("added", "colorama", (WINDOWS,))


def test_another_python_compares_with_the_old_one():
    new = lock(
        {("web", LINUX, PythonRange(3, 13)): [pin("a", "2.0")]}, {"web": inputs(python="3.13")}
    )

    (change,) = changes(web(pin("a", "1.0")), new)
    assert (change.kind, change.before, change.after) == ("upgraded", "1.0", "2.0")


def test_a_split_that_changes_nothing_is_no_change():
    split = lock(
        {
            ("web", LINUX, PythonRange(3, 12, 0, 3)): [pin("a", "1.0")],
            ("web", LINUX, PythonRange(3, 12, 3)): [pin("a", "1.0")],
        }
    )

    assert changes(web(pin("a", "1.0")), split) == ()
