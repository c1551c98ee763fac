"""Plans say what a build will do, and rollbacks undo it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from tests.behaviours.commands import command, ran, said
from tests.behaviours.world import World


def release(world: World, version: str) -> None:
    """Put a version of `shop` on the index, which prints its version."""
    world.release(
        "shop",
        version,
        files={"shop.py": f"def main():\n    print('shop {version}')\n"},
        entry_points={"console_scripts": {"shop": "shop:main"}},
    )


WEB = '[parts.web]\nrecipe = "program"\nrequires = ["shop"]\n'
INI = """
[parts.ini]
recipe = "template"
text = \"\"\"
[server]
port = {{ port }}
host = localhost
\"\"\"
to = "etc/app.ini"
vars = { port = 8080 }
"""
SAME = command("same", "1")
GONE = command("gone", "2")
CATALOGUE = command("catalogue", "`${parts.web.bin.shop}`")


def test_68_plan(world: World) -> None:
    release(world, "5.2.1")
    world.assembly(WEB + INI + SAME + GONE + CATALOGUE)
    world.done("lock")
    first = world.plan()
    assert {part["name"]: part["reasons"] for part in first["parts"]} == {
        name: ["new"] for name in ("web", "ini", "same", "gone", "catalogue")
    }
    world.done("build")
    ran(world)

    release(world, "5.2.2")
    world.done("lock", "--upgrade")
    world.edit("port = 8080", "port = 8081")
    world.edit(GONE, command("fresh", "3"))
    line = (world.project / "assembly.toml").read_text().splitlines().index(
        "vars = { port = 8081 }"
    ) + 1
    before = world.tree()
    shown = world.done("plan").output
    planned = world.plan()
    assert world.tree() == before
    assert (
        shown
        == f"""\
~ web (program)
    `web` uses shop 5.2.1 → 5.2.2
~ ini (template)
    option `vars.port` changed 8080 → 8081 (assembly.toml:{line})
+ fresh (command)
    new
~ catalogue (command)
    `web` is made again
- gone: no longer declared
  1 part as it is

--- etc/app.ini
+++ etc/app.ini
@@ -1,3 +1,3 @@
 [server]
-port = 8080
+port = 8081
 host = localhost
"""
    )
    assert world.assemble("plan", "--check").code == 7
    done = world.done("build", "--json").document
    assert done["built"] == [part["name"] for part in planned["parts"]]
    assert (done["removed"], done["generation"]) == (planned["removed"], planned["generation"])
    assert ran(world) == ["fresh", "catalogue"]
    assert list(planned["differences"]) == ["etc/app.ini"]
    difference = planned["differences"]["etc/app.ini"][3:]
    kept_or_new = [line[1:] for line in difference if not line.startswith("-")]
    assert (world.prefix / "etc/app.ini").read_text().splitlines() == kept_or_new
    assert said(world, "catalogue") == "shop 5.2.2"
    assert world.done("plan").output == "nothing to do\n"
    assert world.assemble("plan", "--check").code == 0


@contextmanager
def watching(file: Path) -> Iterator[set[str]]:
    """What a reader sees who reads the file again and again during the block."""
    seen, ready, ended = set[str](), Event(), Event()

    def watch() -> None:
        while not ended.is_set():
            try:
                seen.add(file.read_text())
            except FileNotFoundError:
                seen.add("nothing")
            ready.set()

    reader = Thread(target=watch)
    reader.start()
    ready.wait()
    try:
        yield seen
    finally:
        ended.set()
        reader.join()


def stable_links(world: World) -> dict[str, int]:
    """The links at the top of the prefix, and when each was made (ns)."""
    links = (path for path in world.prefix.iterdir() if path.is_symlink())
    return {path.name: path.lstat().st_mtime_ns for path in links}


def test_69_rollback(world: World) -> None:
    release(world, "1.0")
    world.assembly(WEB + INI + SAME + GONE)
    world.build()
    good, ini = world.status, (world.prefix / "etc/app.ini").read_text()
    top = stable_links(world)
    parts = world.tree(world.prefix / ".assembly/parts")
    assert "no generation before 1" in world.assemble("rollback").messages

    release(world, "2.0")
    world.done("lock", "--upgrade")
    world.edit("port = 8080", "port = 8081")
    world.edit(GONE, command("fresh", "3"))
    world.done("build")
    bad = world.status
    assert world.launch("shop") == "shop 2.0"
    assert not (world.prefix / "share/gone").exists()

    ran(world)
    asked = len(world.index.requests)
    with watching(world.prefix / "etc/app.ini") as seen:
        told = world.done("rollback")
    assert told.messages == "generation 1 is current\n"
    assert seen <= {ini, ini.replace("8080", "8081")}
    assert world.launch("shop") == "shop 1.0"
    assert (world.prefix / "etc/app.ini").read_text() == ini
    assert said(world, "gone") == "2"
    assert not (world.prefix / "share/fresh").is_symlink()
    assert stable_links(world) == top
    kept = world.tree(world.prefix / ".assembly/parts")
    assert {path: kept[path] for path in parts} == parts
    world.done("verify")
    assert ran(world) == []
    assert len(world.index.requests) == asked
    now = world.status
    assert now | {"generations": [1], "current": True} == good
    assert (now["generations"], now["current"]) == ([1, 2], False)

    assert world.done("rollback", "2", "--json").document == {"changed": True, "generation": 2}
    assert world.status == bad
    assert world.launch("shop") == "shop 2.0"
    for number in ("0", "7"):
        missing = world.assemble("rollback", number)
        assert missing.code == 2
        assert missing.messages == (
            f"error: there is no generation {number}\nhint: there are: 1, 2\n"
        )
