"""References, and what `assemble config` says of them."""

import re

import pytest

from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import World

DATA = """
[parts.data]
recipe = "template"
text = "port = ${vars.port}"
to = "etc/data.ini"
"""


def test_14_computed_output(world: World) -> None:
    world.assembly(command("b", "${parts.data.path}/file") + DATA, before="[vars]\nport = 8080")
    world.build()
    pattern = rf"{world.prefix}/\.assembly/parts/data-\w+/etc/data\.ini/file"
    assert re.fullmatch(pattern, said(world, "b"))
    assert (world.prefix / "etc/data.ini").read_text() == "port = 8080"


@pytest.mark.parametrize(
    ("reference", "messages"),
    [
        (
            "${var.x}",
            """\
error: unknown name `var` in a reference
  --> assembly.toml:16:15
   |
16 | shell = "echo ${var.x}"
   |               ^^^^^^^^
hint: did you mean `vars`?
""",
        ),
        (
            "${vars.prt}",
            """\
error: unknown name `vars.prt`
  --> assembly.toml:16:15
   |
16 | shell = "echo ${vars.prt}"
   |               ^^^^^^^^^^^
hint: did you mean `port`?
""",
        ),
        (
            "${vars.a}",
            """\
error: references form a cycle: vars.a → vars.b → vars.c → vars.a
  --> assembly.toml:13:11
   |
13 | c = "c of ${vars.a}"
   |           ^^^^^^^^^
  `vars.a` refers to `vars.b` at assembly.toml:11
  `vars.b` refers to `vars.c` at assembly.toml:12
  `vars.c` refers to `vars.a` at assembly.toml:13
hint: take one of these references away
""",
        ),
        (
            "${vars.port",
            """\
error: a reference is not closed by `}`
  --> assembly.toml:16:15
   |
16 | shell = "echo ${vars.port\"
   |               ^^^^^^^^^^^
hint: a literal `${` is written `$${`
""",
        ),
    ],
)
def test_15_substitution_errors(world: World, reference: str, messages: str) -> None:
    ring = 'a = "${vars.b}"\nb = "${vars.c}"\nc = "c of ${vars.a}"'
    none = "a = 1\nb = 2\nc = 3"
    world.assembly(
        f'[parts.app]\nrecipe = "command"\nshell = "echo {reference}"\n',
        before=f"[vars]\nport = 8080\n{ring if '.a}' in reference else none}",
    )
    ended = world.assemble("lock")
    assert (ended.code, ended.messages) == (1, messages)
    assert sorted(path.name for path in world.project.iterdir()) == ["assembly.toml"]


def test_15_an_output_that_there_is_not(world: World) -> None:
    world.assembly(command("b", "${parts.data.pth}") + DATA, before="[vars]\nport = 8080")
    ended = world.assemble("config")
    assert ended.code == 1
    assert "error: part `data` has no output `pth`\n  --> assembly.toml:" in ended.messages
    assert "hint: did you mean `path`?" in ended.messages


def test_16_unknown_key(world: World) -> None:
    world.assembly(DATA + 'txt = "z"\n', before="[vars]\nport = 8080")
    ended = world.assemble("plan")
    assert ended.code == 1
    assert "error: unknown key `txt` of a `template`\n" in ended.messages
    assert "hint: did you mean `text`?" in ended.messages
    assert not world.prefix.exists()


def test_17_escape(world: World) -> None:
    world.assembly('[parts.a]\nrecipe = "template"\ntext = "$${x} $$"\nto = "etc/a"\n')
    world.build()
    assert (world.prefix / "etc/a").read_text() == "${x} $$"
    assert world.done("config", "parts.a.text").output == "${x} $$\n"


def test_18_query(world: World) -> None:
    world.assembly(
        command("b", "${parts.data.path}") + DATA,
        before='[vars]\nport = 8080\nlines = """one\ntwo"""\nlist = ["a", "${vars.port}"]',
    )
    assert world.done("config", "vars.port").output == "8080\n"
    assert world.done("config", "vars.lines").output == "one\ntwo\n"
    assert world.done("config", "vars.list").output == "a\n8080\n"
    assert world.done("config", "vars.list", "--json").document == ["a", 8080]
    missing = world.assemble("config", "parts.data.path")
    assert (missing.code, missing.output) == (1, "")
    assert "error: part `data` is not built: only then it is known where it stands" in (
        missing.messages
    )

    world.build()
    path = world.done("config", "parts.data.path").output.removesuffix("\n")
    assert path == said(world, "b")
    assert world.done("config", "parts.data.dir").output.strip() == path.removesuffix(
        "/etc/data.ini"
    )
    assert world.done("config", "parts.data.key").output.strip() == world.parts["data"]

    table = world.assemble("config", "prts.data")
    key = world.assemble("config", "vars.prt")
    output = world.assemble("config", "parts.data.pth")
    assert (table.code, key.code, output.code) == (1, 1, 1)
    assert table.messages == "error: the file has no table `prts`\nhint: did you mean `parts`?\n"
    assert key.messages == "error: `vars` has no key `prt`\nhint: did you mean `port`?\n"
    assert output.messages == (
        "error: `parts.data` has neither a key nor an output `pth`\nhint: did you mean `path`?\n"
    )


def test_launchers_are_queried_where_they_stand(world: World) -> None:
    hello = {"files": {"hi.py": "def main():\n    print('hi')\n"}}
    world.release("hi", "1.0", entry_points={"console_scripts": {"hi": "hi:main"}}, **hello)
    world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["hi"]\n')
    world.build()
    path = world.done("config", "parts.app.bin.hi").output.strip()
    assert world.launch(path) == "hi"
    ended = world.assemble("config", "parts.app.bin.hii")
    assert ended.code == 1
    assert "error: part `app` has no launcher `hii`\n" in ended.messages
    assert "hint: did you mean `hi`?" in ended.messages


def test_what_is_shown_builds_the_same(world: World) -> None:
    world.assembly(command("b", "${parts.data.path} ${self.name}") + DATA,
                   before="[vars]\nport = 8080")  # fmt: skip
    world.build()
    keys = world.parts
    world.write("assembly.toml", world.done("config").output)
    ended = world.done("build")
    assert world.parts == keys
    assert "nothing to do" in ended.messages or world.plan()["parts"] == []


def test_staging_and_production_compared(world: World) -> None:
    world.assembly(DATA, before="[vars]\nport = 8080")
    world.write(
        "production.toml",
        '[assembly]\nextends = ["assembly.toml"]\nprefix = "build"\n[vars]\nport = 80\n'
        'host = "shop.example"\n',
    )
    ended = world.done("config", "--diff", "production.toml")
    assert (
        ended.output
        == """\
--- assembly.toml
+++ production.toml

[vars]
-port = 8080  # assembly.toml:10
+port = 80  # production.toml:5
+host = "shop.example"  # production.toml:6

[parts.data]
-text = "port = 8080"  # assembly.toml:14
+text = "port = 80"  # assembly.toml:14
"""
    )
    assert world.done("config", "--diff", "assembly.toml").output == ""
    assert world.done("config", "--diff", "production.toml", "vars.port", "--json").document == {
        "added": [],
        "removed": [],
        "changed": [
            {
                "key": "vars.port",
                "before": {"value": 8080, "file": "assembly.toml", "line": 10, "column": 8},
                "after": {"value": 80, "file": "production.toml", "line": 5, "column": 8},
            }
        ],
    }
    absent = world.assemble("config", "--diff", "production.toml", "vars.prt")
    assert absent.code == 1
    assert absent.messages == "error: `vars` has no key `prt`\nhint: did you mean `port`?\n"
    assert world.assemble("config", "--diff", "production.toml", "--origins").code == 2


def test_what_was_read_of_the_environment_is_recorded(world: World) -> None:
    world.assembly(command("a", "${env.GREETING:-hello}") + command("b", "fixed"))
    world.build()
    assert (said(world, "a"), ran(world)) == ("hello", ["a", "b"])
    world.done("build", environment={"OTHER": "x"})
    assert ran(world) == []
    world.done("build", environment={"GREETING": "hi"})
    assert (said(world, "a"), ran(world)) == ("hi", ["a"])


def test_the_environment_can_not_decide_what_is_locked(world: World) -> None:
    world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["a==${env.VERSION:-1}"]\n')
    ended = world.assemble("lock", environment={"VERSION": "2"})
    assert ended.code == 1
    assert "error: the environment variable `VERSION` can't decide what is locked\n" in (
        ended.messages
    )
    assert not (world.project / "pylock.toml").exists()


def test_one_preset_with_a_variable_for_each_part(world: World) -> None:
    world.assembly(
        '[parts.web]\ninherits = ["ini"]\n[parts.api]\ninherits = ["ini"]\n',
        before="""[vars.ports]
web = 8000
api = 9000
[presets.ini]
recipe = "template"
to = "etc/${self.name}.ini"
text = "port = ${vars.ports.${self.name}}"
""",
    )
    world.build()
    written = {name: (world.prefix / f"etc/{name}.ini").read_text() for name in ("web", "api")}
    assert written == {"web": "port = 8000", "api": "port = 9000"}
    world.edit("api = 9000\n", "")
    ended = world.assemble("plan")
    assert ended.code == 1
    assert "error: unknown name `vars.ports.api`\n" in ended.messages
