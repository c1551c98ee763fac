"""Sources built with plain make and shell scripts; real compilers are in `tests/e2e`."""

import pytest

from tests.behaviours.world import World

ASSEMBLY = """
[parts.hello]
recipe = "make"
source = "native"
system = "make"
options = ["WORD=one"]
tools = []
expose = ["bin/hello"]

[parts.said]
recipe = "command"
run = ["sh", "-c", "${parts.hello.bin.hello} > said"]
outputs = ["said"]
expose = ["said"]
"""
MAKEFILE = """all: hello
hello: hello.in
\tsed s/WORD/$(WORD)/ hello.in > hello
install: hello
\tmkdir -p $(PREFIX)/bin
\tcp hello $(PREFIX)/bin/hello
\tchmod 700 $(PREFIX)/bin/hello
"""
PATCH = """--- a/hello.in
+++ b/hello.in
@@ -1,2 +1,2 @@
 #!/bin/sh
-echo WORD
+echo patched WORD
"""


@pytest.fixture
def hello(world: World) -> World:
    """A project with a source of its own, and a part that runs what it installs."""
    world.write("native/Makefile", MAKEFILE)
    world.write("native/hello.in", "#!/bin/sh\necho WORD\n")
    world.assembly(ASSEMBLY)
    return world


def said(world: World) -> str:
    """What the installed script printed while the build went on."""
    return (world.prefix / "said").read_text()


def test_a_source_is_built_and_others_use_it(hello: World) -> None:
    hello.build()
    assert said(hello) == "one\n"
    assert hello.launch("hello") == "one"
    assert (hello.prefix / "bin/hello").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in (hello.project / "native").iterdir()) == [
        "Makefile",
        "hello.in",
    ]
    assert hello.done("build", "--json").document["changed"] is False
    hello.edit("echo WORD", "echo the WORD", "native/hello.in")
    reasons = {part["name"]: part["reasons"] for part in hello.plan()["parts"]}
    assert reasons == {
        "hello": ["file `native/hello.in` changed"],
        "said": ["`hello` is made again"],
    }
    hello.done("build")
    assert said(hello) == "the one\n"


def test_patches_count(hello: World) -> None:
    hello.write("louder.patch", PATCH)
    hello.edit("tools = []", 'tools = []\npatches = ["louder.patch"]')
    hello.build()
    assert said(hello) == "patched one\n"
    hello.edit("+echo patched", "+echo louder", "louder.patch")
    hello.done("build")
    assert said(hello) == "louder one\n"
    hello.edit("-echo WORD", "-echo WORDS", "louder.patch")
    ended = hello.assemble("build")
    assert ended.code == 5
    assert ended.messages.startswith(
        "error: part `hello`: `louder.patch` does not apply: "
        "hunk 1 of `hello.in` (line 3) does not fit\n"
    )
    assert said(hello) == "louder one\n"


def test_a_failing_build_shows_its_output_and_keeps_it(hello: World) -> None:
    hello.build()
    hello.edit("\tsed s", "\t@echo no such thing; exit 3; sed s", "native/Makefile")
    ended = hello.assemble("build")
    assert ended.code == 5
    assert "part `hello`: `make PREFIX=" in ended.messages
    assert "ended with status 2" in ended.messages
    assert "no such thing" in ended.messages
    (log,) = (
        path
        for path in (hello.prefix / ".assembly/log").iterdir()
        if "no such thing" in path.read_text()
    )
    assert f"the whole output is in `{log}`" in ended.messages
    assert said(hello) == "one\n"


def test_a_missing_tool_is_named(hello: World) -> None:
    hello.edit("tools = []", 'tools = ["no-such-compiler"]')
    hello.done("lock")
    ended = hello.assemble("build")
    assert ended.code == 8
    assert ended.messages.startswith(
        "error: part `hello` needs `no-such-compiler`, which is not installed\n"
    )
    assert "hint: on Debian and Ubuntu: `apt install no-such-compiler`" in ended.messages


def test_what_is_exposed_must_be_installed(hello: World) -> None:
    hello.edit('expose = ["bin/hello"]', 'expose = ["bin/other"]')
    hello.done("lock")
    ended = hello.assemble("build")
    assert ended.code == 5
    assert "part `hello`: its build did not install `bin/other`" in ended.messages
    assert "it installed `bin`, `bin/hello`" in ended.messages


def test_a_moved_prefix_is_built_again(hello: World) -> None:
    hello.build()
    hello.prefix.rename(hello.project / "elsewhere")
    hello.done("build", "--prefix", "elsewhere")
    assert hello.launch("hello", prefix=hello.project / "elsewhere") == "one"
