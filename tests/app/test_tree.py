"""Graphs of locks of all shapes, and how they are drawn."""

import pytest
from inline_snapshot import snapshot

from assembler.app.tree import graphs, programs_named
from assembler.cli.trees import trees
from assembler.errors import UsageError
from assembler.model.lock import Lock
from assembler.model.target import PythonRange
from tests.lock.samples import LINUX, MAC, PYTHON, inputs, lock, pin, small_lock


def drawn(value: Lock, *programs: str) -> str:
    return trees([graph for program in programs for graph in graphs(value, program)])


def graph_of(described: dict[str, str], *requires: str) -> Lock:
    pins = [pin(name, "1", sorted(described[name])) for name in sorted(described)]
    return lock({("web", LINUX, PYTHON): pins}, {"web": inputs(*requires)})


def test_graphs_that_differ_between_targets_stand_apart():
    assert drawn(small_lock(), "jobs", "web") == snapshot("""\
jobs on linux-x86_64
├── flask 2.3.3 (`flask<3`)
│   ├── click 8.1.7
│   └── lib 1.0
└── lib 1.0

jobs on windows-x86_64
├── flask 2.3.3 (`flask<3`)
│   ├── click 8.1.7
│   │   └── colorama 0.4.6
│   └── lib 1.0
└── lib 1.0

web on linux-x86_64
└── flask 3.0.0 (`flask>=3`)
    └── click 8.1.7

web on windows-x86_64
└── flask 3.0.0 (`flask>=3`)
    └── click 8.1.7
        └── colorama 0.4.6\
""")


def test_a_ring_and_what_is_shared_are_drawn_once():
    value = graph_of({"a": "bc", "b": "d", "c": "d", "d": "e", "e": "a"}, "a", "c[x]>0", "c")
    assert drawn(value, "web") == snapshot("""\
web
├── a 1
│   ├── b 1
│   │   └── d 1
│   │       └── e 1
│   │           └── a 1 (*)
│   └── c 1
│       └── d 1 (*)
└── c 1 (`c[x]>0`, `c`) (*)
(*) what it depends on stands above\
""")


def test_pythons_with_other_answers_stand_apart():
    early, late = PythonRange(3, 12, 0, 4), PythonRange(3, 12, 4)
    cells = {("web", LINUX, early): [pin("a", "1")], ("web", LINUX, late): [pin("a", "2")]}
    assert drawn(lock(cells, {"web": inputs("a")}), "web") == snapshot("""\
web on linux-x86_64 with Python >=3.12.0,<3.12.4
└── a 1

web on linux-x86_64 with Python >=3.12.4,<3.13
└── a 2\
""")


def test_roots_that_do_not_hold_on_a_target_are_left_out():
    cells = {("web", LINUX, PYTHON): [pin("a", "1")], ("web", MAC, PYTHON): []}
    value = lock(cells, {"web": inputs("a ; sys_platform == 'linux'")})
    assert drawn(value, "web") == snapshot("""\
web on linux-x86_64
└── a 1 (`a ; sys_platform == 'linux'`)

web on macos-arm64\
""")


def test_a_very_long_chain_is_drawn():
    names = [f"n{number:04}" for number in range(1500)]
    pins = [pin(name, "1", names[place + 1 : place + 2]) for place, name in enumerate(names)]
    value = lock({("web", LINUX, PYTHON): pins}, {"web": inputs("n0000")})
    assert len(drawn(value, "web").splitlines()) == 1501


def test_a_part_is_a_program_under_its_normalised_name():
    assert programs_named(small_lock(), None) == ("jobs", "web")
    assert programs_named(small_lock(), "Web") == ("web",)


def test_no_such_program():
    with pytest.raises(UsageError) as caught:
        programs_named(small_lock(), "wep")
    assert caught.value.message == "no program in the lock is called `wep`"
    assert caught.value.hints == ("did you mean `web`?",)
    with pytest.raises(UsageError) as caught:
        programs_named(small_lock(), "x")
    assert caught.value.hints == ("the programs are `jobs`, `web`",)
