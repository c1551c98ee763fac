"""Independent parts are made at once: as many as `--jobs` allows, with the same result."""

import os
import signal
import subprocess
import sys

import pytest

from tests.behaviours.commands import command, ran
from tests.behaviours.world import PATIENCE, World

LONG = 600


def meeting(name: str, reads: str, writes: str) -> str:
    """A part that can only be made while another one is: each waits for what the other says."""
    return f"""
[parts.{name}]
recipe = "command"
shell = '''
cd ${{assembly.project}}
{{ echo from-{name} > {writes} & }}
read heard < {reads}
echo "$heard" > ${{self.out}}/heard
wait
'''
outputs = ["heard"]
expose = {{ "share/{name}" = "heard" }}
"""


def waiting(name: str) -> str:
    """A part that says which process it is and then holds `NAME` open until it is ended."""
    return f"""
[parts.{name}]
recipe = "command"
shell = "exec > ${{assembly.project}}/{name}; echo $$; exec sleep {LONG}"
outputs = ["never"]
"""


def test_independent_parts_are_made_at_once(world: World) -> None:
    for pipe in ("one", "two"):
        os.mkfifo(world.project / pipe)
    world.assembly(
        meeting("a", "one", "two")
        + meeting("b", "two", "one")
        + command("top", "`cat ${parts.a.path} ${parts.b.path}`")
    )
    world.done("lock")
    world.done("build", "--jobs", "2")
    assert (world.prefix / "share/top").read_text() == "from-b from-a\n"
    assert list(world.parts) == ["a", "b", "top"]


def test_the_result_does_not_depend_on_the_count(world: World) -> None:
    world.assembly(
        "".join(command(name, f"`cat ${{parts.{needed}.path}}`{name}")
                for name, needed in (("b", "a"), ("c", "a"), ("d", "b"), ("e", "c")))
        + command("a", "a") + command("f", "f")
    )  # fmt: skip
    world.done("lock")
    world.done("build", "--jobs", "1")
    assert ran(world) == ["a", "b", "c", "d", "e", "f"]
    alone, order = world.status["digest"], list(world.parts)
    (world.folder / "other").mkdir()
    other = World(world.folder / "other", world.index)
    for path in ("assembly.toml", "pylock.toml"):
        other.write(path, (world.project / path).read_text())
    other.done("build", "--jobs", "5")
    assert sorted(ran(other)) == ["a", "b", "c", "d", "e", "f"]
    assert (other.status["digest"], list(other.parts)) == (alone, order)


def test_a_failure_ends_what_runs_and_keeps_the_last_build(world: World) -> None:
    world.assembly(command("good", "1"))
    world.build()
    ran(world)
    for name in ("held", "told"):
        os.mkfifo(world.project / name)
    failing = 'read go < ${assembly.project}/told; for n in 1 2 3; do echo "line $n"; done; exit 3'
    world.assembly(
        command("good", "2")
        + f'[parts.bad]\nrecipe = "command"\nneeds = ["good"]\nshell = \'{failing}\'\n'
        'outputs = ["x"]\n' + waiting("held") + command("later", "3", needs=["bad"])
    )
    world.done("lock")
    building = start(world, "build", "--jobs", "2")
    with (world.project / "held").open() as alive:
        assert int(alive.readline()) > 1
        (world.project / "told").write_text("now\n")
        assert alive.read() == ""
    messages = ending(building, 5)
    log = next((world.prefix / ".assembly/log").glob("bad-*.log"))
    assert messages.startswith("ended before done: `held`\nerror: part `bad`: `/bin/sh` ended with")
    assert "\n  line 1\n  line 2\n  line 3\n" in messages
    assert messages.endswith(f"hint: its whole output is in `{log}`\n")
    assert log.read_text() == "line 1\nline 2\nline 3\n"
    assert ran(world) == ["good"]
    assert (world.prefix / "share/good").read_text() == "1\n"
    world.done("verify")
    assert world.done("status", "--json").document["generation"] == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_all_that_runs(world: World, number: signal.Signals, code: int) -> None:
    names = ("a", "b")
    for name in names:
        os.mkfifo(world.project / name)
    world.assembly("".join(waiting(name) for name in names) + command("after", "1", needs=names))
    world.done("lock")
    building = start(world, "build", "--jobs", "2")
    with (world.project / "a").open() as one, (world.project / "b").open() as other:
        assert int(one.readline()) != int(other.readline())
        building.send_signal(number)
        assert (one.read(), other.read()) == ("", "")
    assert ending(building, code) == ""
    assert ran(world) == []
    assert not list((world.prefix / ".assembly/parts").iterdir())


def start(world: World, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assembler", *arguments],
        cwd=world.project,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ending(building: subprocess.Popen[str], code: int) -> str:
    """What it said until it ended with this code."""
    _, messages = building.communicate(timeout=PATIENCE)
    assert building.returncode == code, messages
    return messages
