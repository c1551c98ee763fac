"""Layouts made quickly are what `layout` says they must be."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.errors import UnsatisfiableError
from assembler.model.distribution import Link, StoredFile, StoredWheel, WheelContents
from assembler.plan.environment import layout
from assembler.plan.layouts import Layouts

NAMES = st.sampled_from(
    ["a", "b", "__pycache__", "bin", "lib", "include", "site", "python3.12", "site-packages", "six"]
)
FOLDERS = st.sampled_from(["site", "data", "headers", "scripts"])


@st.composite
def wheels(draw: st.DrawFn, name: str) -> WheelContents:
    """A stored wheel whose paths often meet those of others."""
    paths = draw(st.lists(st.tuples(FOLDERS, st.lists(NAMES, min_size=1, max_size=4)), max_size=8))
    every = sorted({"/".join([folder, *path]) for folder, path in paths})
    files = [path for path in every if not any(each.startswith(f"{path}/") for each in every)]
    scripts = [path.removeprefix("scripts/") for path in files if path.startswith("scripts/")]
    return WheelContents(
        wheel=StoredWheel(
            key=f"{name}-1-k",
            name=name,
            version="1",
            scripts=tuple(draw(st.lists(st.sampled_from(scripts), unique=True)) if scripts else ()),
        ),
        files=tuple(
            StoredFile(path=path, sha256=draw(st.sampled_from("xy")), size=1) for path in files
        ),
        reaching_out=draw(st.booleans()),
    )


def outcome(contents: Sequence[WheelContents], layouts: Layouts | None) -> tuple[Link, ...] | str:
    """The links, or what is said where they are refused."""
    try:
        return layouts.layout(contents) if layouts else layout(contents, "3.12")
    except UnsatisfiableError as error:
        return str(error)


@given(st.tuples(*(wheels(name) for name in ("one", "two", "three"))))
def test_layouts_of_many_environments_are_those_of_each(drawn: tuple[WheelContents, ...]) -> None:
    layouts = Layouts("3.12")
    for some in (drawn, drawn[:1], drawn[1:], drawn[::2], drawn):
        assert outcome(some, layouts) == outcome(some, None)


def test_what_is_refused_is_told_as_ever() -> None:
    one, two = (
        WheelContents(
            wheel=StoredWheel(key=f"{name}-1-k", name=name, version="1"),
            files=(StoredFile(path="site/ns/a.py", sha256=name, size=1),),
        )
        for name in ("one", "two")
    )
    with pytest.raises(UnsatisfiableError, match=r"^`one 1` and `two 1` both bring .*/ns/a\.py`"):
        Layouts("3.12").layout((one, two))
