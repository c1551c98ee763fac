"""Secrets: in live files, and nowhere else."""

import base64
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import Ended, World
from tests.environment_files import read_by_honcho, read_by_shell, read_by_systemd
from tests.wheels import make_tree

VARIABLE = "SHOP_DB_PASSWORD"
DB = 'canary/Pa$$ "w0rd" %é'
KEY = "-----BEGIN KEY-----\nc4n4ryline1AAAA\nc4n4ryline2BBBB\n-----END KEY-----"
SECRETS = f"""[secrets]
DB_PASSWORD = {{ env = "{VARIABLE}" }}
KEY = {{ file = "../key" }}
"""
TEMPLATE = """
[parts.conf]
recipe = "template"
to = "etc/app.ini"
text = "dsn = {{ dsn }}\\nkey = ${secrets.KEY}\\n"
vars.dsn = "u:${secrets.DB_PASSWORD}@h"
"""
WRITTEN = f"dsn = u:{DB}@h\nkey = {KEY}\n"


@pytest.fixture
def secret_world(world: World) -> World:
    """A world with both secrets in place, and a template that holds them."""
    (world.folder / "key").write_text(KEY + "\n")
    world.assembly(TEMPLATE, before=SECRETS)
    return world


def build(world: World, *options: str, password: str = DB) -> Ended:
    """Lock and build with the secret in the environment; it must succeed."""
    world.done("lock", environment={VARIABLE: password})
    return world.done("build", *options, environment={VARIABLE: password})


def live_state(world: World, **environment: str) -> list[object]:
    """What `status` says of the live files: path, whether it is due, why."""
    found = world.done("status", "--json", environment=environment).document["live"]
    return [(each["path"], each["due"], each["reason"]) for each in found]


def test_a_build_needs_no_secret(world: World) -> None:
    world.assembly(TEMPLATE, before=SECRETS)
    built = world.build()

    due = "etc/app.ini is due, which `assemble deploy` and `build --live` write\n"
    assert due in built.messages
    assert (world.prefix / "etc/app.ini").is_symlink()
    assert not (world.prefix / "etc/app.ini").exists()
    assert live_state(world) == [("etc/app.ini", True, "it is not written yet")]
    assert world.done("build").messages == "nothing to do\n"


def test_live_files_are_written_where_paths_lead(secret_world: World) -> None:
    world = secret_world
    built = build(world, "--live", "--json").document
    path = world.prefix / "etc/app.ini"

    assert (built["changed"], built["live"]) == (True, ["etc/app.ini"])
    assert path.read_text() == WRITTEN
    assert path.resolve() == world.prefix / ".assembly/live/conf/etc/app.ini"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = world.done("build", "--live", "--json", environment={VARIABLE: DB}).document
    assert (again["changed"], again["live"]) == (False, [])


def test_a_reference_to_a_live_file_works(secret_world: World) -> None:
    world = secret_world
    reading = (
        "import pathlib, sys\n\n\ndef main():\n    print(pathlib.Path(sys.argv[1]).read_text())\n"
    )
    world.release(
        "reader",
        "1.0",
        files={"reader.py": reading},
        entry_points={"console_scripts": {"reader": "reader:main"}},
    )
    launcher = (
        '[parts.app.launchers]\nread = { script = "reader", args = ["${parts.conf.path}"] }\n'
    )
    world.assembly(TEMPLATE + program("app", ["reader"], launcher), before=SECRETS)
    build(world, "--live")

    assert world.launch("read") + "\n" == WRITTEN


def test_a_rotated_secret_is_noticed_and_written_alone(secret_world: World) -> None:
    world = secret_world
    world.assembly(
        TEMPLATE + '[parts.key]\nrecipe = "template"\nto = "etc/key"\ntext = "${secrets.KEY}"\n',
        before=SECRETS,
    )
    build(world, "--live")
    before = world.tree()
    environment = {VARIABLE: "rotated"}

    assert live_state(world, **environment) == [
        ("etc/app.ini", True, "`DB_PASSWORD` has changed"),
        ("etc/key", False, ""),
    ]
    assert live_state(world)[0] == ("etc/app.ini", None, "not compared, for want of `DB_PASSWORD`")
    written = world.done("build", "--live", "--json", environment=environment).document
    assert (written["changed"], written["live"], written["built"]) == (True, ["etc/app.ini"], [])
    assert "u:rotated@h" in (world.prefix / "etc/app.ini").read_text()
    after = world.tree()
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert changed <= {
        ".assembly",
        ".assembly/live.json",
        ".assembly/lock",
        ".assembly/live/conf/etc",
        ".assembly/live/conf/etc/app.ini",
    }
    assert live_state(world, **environment)[0] == ("etc/app.ini", False, "")


def test_a_live_file_is_no_part_of_digest_or_verification(secret_world: World) -> None:
    world = secret_world
    build(world)
    before = world.status["digest"]
    build(world, "--live")

    assert world.status["digest"] == before
    world.done("verify")


def test_all_missing_secrets_are_told_at_once_and_nothing_is_made(world: World) -> None:
    world.assembly(TEMPLATE, before=SECRETS)
    world.done("lock")
    ended = world.assemble("build", "--live", environment={VARIABLE: ""})

    assert ended.code == 8
    assert ended.messages == (
        f"error: the secret `DB_PASSWORD` is missing: the environment variable `{VARIABLE}` "
        "is empty\n\n"
        f"error: the secret `KEY` is missing: the file `{world.project}/../key` can't be read: "
        "no such file or directory\n"
    )
    assert not world.prefix.exists()


def test_live_files_follow_a_rollback(secret_world: World) -> None:
    world = secret_world
    build(world, "--live")
    world.edit("dsn = {{ dsn }}", "url = {{ dsn }}")
    build(world, "--live")
    path = world.prefix / "etc/app.ini"
    assert path.read_text().startswith("url = ")

    world.done("rollback", environment={VARIABLE: DB})
    assert path.read_text() == WRITTEN
    told = world.done("rollback", "2").messages
    assert (
        f"the secret `DB_PASSWORD` is missing: the environment variable `{VARIABLE}` is not set"
        in told
    )
    assert "`etc/app.ini` is left as it is: `build --live` writes it" in told
    assert live_state(world) == [("etc/app.ini", True, "it is described otherwise now")]


def test_a_rollback_of_what_was_never_written_needs_no_secret(world: World) -> None:
    world.assembly(TEMPLATE, before=SECRETS)
    world.build()
    world.edit("dsn = {{ dsn }}", "url = {{ dsn }}")
    world.build()

    assert world.done("rollback").messages == "generation 1 is current\n"


def test_a_live_file_goes_with_its_generations(secret_world: World) -> None:
    world = secret_world
    build(world, "--live")
    for number in range(4):
        world.assembly(f'[parts.x]\nrecipe = "template"\nto = "x"\ntext = "{number}"\n')
        world.build()

    assert list((world.prefix / ".assembly/live").iterdir()) == []


def test_a_launcher_can_not_hold_a_secret(secret_world: World) -> None:
    world = secret_world
    world.release("app", "1.0", entry_points={"console_scripts": {"app": "app:main"}})
    world.assembly(
        program("app", ["app"], 'env = { PW = "${secrets.DB_PASSWORD}" }'), before=SECRETS
    )
    world.done("lock")
    ended = world.assemble("build")

    assert ended.code == 1
    assert ended.messages.startswith(
        "error: part `app`: `bin/app`, which is written while it is built, can't hold the secret "
        "`DB_PASSWORD`\n"
    )
    assert '| env = { PW = "${secrets.DB_PASSWORD}" }\n' in ended.messages


def forms(value: str) -> Iterator[bytes]:
    """A secret as it is, line by line, and in ways in which it might be written down."""
    for text in (value, *value.split("\n")):
        raw = text.encode()
        yield raw
        yield raw[::-1]
        yield text[::-1].encode()
        yield raw.hex().encode()
        yield quote(text, safe="").encode()
        yield quote(text).encode()
        yield repr(text)[1:-1].encode()
        yield raw.decode("latin-1").encode("unicode_escape")
        for shift in range(3):
            yield base64.b64encode(b" " * shift + raw)[4 * bool(shift) : -4]


def leaks(folder: Path, outputs: Sequence[str], allowed: set[Path]) -> list[str]:
    """Where a secret is found that should not be: files below the folder, and outputs."""
    wanted = {form for value in (DB, KEY) for form in forms(value) if len(form) > 8}
    found = [
        f"output {each!r}" for each in outputs if any(form in each.encode() for form in wanted)
    ]
    for inside, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(inside, name)
            text = f"{path} {path.readlink() if path.is_symlink() else ''}".encode()
            if path.is_file() and not path.is_symlink() and path not in allowed:
                text += path.read_bytes()
            found += [str(path)] if any(form in text for form in wanted) else []
    return found


BACK_END = """
import os as _os
import pathlib as _pathlib

_pathlib.Path("shop").mkdir(exist_ok=True)
_seen = "\\n".join(f"{name}={value}" for name, value in _os.environ.items())
_pathlib.Path("shop/seen.py").write_text(f"SEEN = {_seen!r}\\n")
"""
PARTS = f"""
{TEMPLATE}
[parts.many]
recipe = "template"
text = "{{{{ v }}}} in ${{assembly.prefix}}\\n"
files."etc/a" = {{ v = "${{secrets.KEY}}" }}
files."etc/b" = {{ v = "plain" }}

[parts.made]
recipe = "command"
shell = "env > seen; echo db is ${VARIABLE}"
outputs = ["seen"]

[parts.data]
recipe = "download"
url = "DATA"
to = "share/data"

[parts.unit]
recipe = "template"
to = "etc/unit"
text = "EnvironmentFile=${{parts.conf.path}}\\n"
"""


def everything(world: World) -> list[str]:
    """Run every command, well and badly, and return all that was said."""
    environment = {VARIABLE: DB}
    said: list[str] = []

    def run(*arguments: str) -> Ended:
        ended = world.assemble(*arguments, environment=environment)
        said.append(f"{arguments} {ended.code}\n{ended.output}{ended.messages}")
        return ended

    def reports() -> None:
        for command in (
            ("plan", "-v"),
            ("plan", "--json"),
            ("status",),
            ("status", "--json"),
            ("config",),
            ("config", "--origins", "--json"),
            ("config", "vars.dsn"),
            ("verify", "-v"),
            ("graph", "--format", "json"),
        ):
            run(*command)

    assert run("lock", "-v").code == 0, said
    reports()
    assert run("build", "-v").code == 0, said
    assert run("build", "--live", "-v", "--json").code == 0, said
    reports()
    text = (world.project / "assembly.toml").read_text()
    for broken in (
        text.replace("${secrets.KEY}", "{{ dsn | upper }}"),
        text.replace("outputs = [", 'env.PW = "${secrets.DB_PASSWORD}"\noutputs = ['),
        text.replace('shell = "env', 'shell = "exit 3; env'),
        text.replace('shell = "env', f'shell = "env; echo ${{env.{VARIABLE}}}'),
        text.replace('name = "demo"', 'name = "${secrets.DB_PASSWORD}"'),
        text.replace("{ dsn }", "{ dsn.x }"),
        text.replace('../key"', '../no"'),
    ):
        assert broken != text
        (world.project / "assembly.toml").write_text(broken)
        run("plan", "--json")
        assert run("build", "--live", "-v").code != 0, said[-1]
        run("status")
    (world.project / "assembly.toml").write_text(text.replace("u:$", "v:$"))
    assert run("build", "--live", "-v").code == 0, said
    assert run("rollback", "-v").code == 0, said
    assert run("rollback", "1", "--json").code == 0, said
    assert run("deploy", "--dry-run", "--json").code == 0, said
    assert run("deploy", "-v").code == 0, said
    assert run("undeploy", "--json").code == 0, said
    assert run("deploy", "--json").code == 0, said
    assert run("run", "app").code == 0, said
    return said


def test_no_file_and_no_output_shows_a_secret(secret_world: World) -> None:
    world = secret_world
    make_tree(world.project / "shop", "shop", "1.0", files={"shop/__init__.py": ""})
    back_end = world.project / "shop/_backend/source_backend.py"
    back_end.write_text(back_end.read_text() + BACK_END)
    release_app(world, "app", "1.0", "app")
    world.index.files["data"] = b"data"
    parts = PARTS.replace("DATA", world.index.file_url("data"))
    sources = '[sources]\nshop = { path = "shop" }\n[vars]\ndsn = "u:${secrets.DB_PASSWORD}"\n'
    world.assembly(parts + program("app", ["app", "shop"]), before=SECRETS + sources)
    said = everything(world)
    live = world.prefix / ".assembly/live"

    allowed = {world.folder / "key", live / "conf/etc/app.ini", live / "many/etc/a"}
    assert all(path.exists() for path in allowed)
    assert leaks(world.folder, said, allowed) == []
    assert (world.prefix / "etc/app.ini").read_text() == WRITTEN
    seen = (world.prefix / ".assembly/current/parts/made/seen").read_text()
    assert "PATH=" in seen
    assert VARIABLE not in seen


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    hidden = {
        "plain": DB,
        "line": "x c4n4ryline2BBBB y",
        "base64": base64.b64encode(f"u:{DB}@h".encode()).decode(),
        "percent": f"https://u:{quote(DB, safe='')}@h",
        "reversed": DB[::-1],
        "json": "c4n4ryline1AAAA\\nc4n4ry",
    }
    for name, text in hidden.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "link").symlink_to("c4n4ryline1AAAA")

    assert len(leaks(tmp_path, [f"say {DB}", "nothing"], set())) == len(hidden) + 2
    assert leaks(tmp_path, ["nothing"], set(tmp_path.iterdir())) == [str(tmp_path / "link")]


def test_an_env_file_is_read_alike_by_shells_systemd_and_honcho(secret_world: World) -> None:
    world = secret_world
    world.assembly(
        """[parts.environment]
recipe = "env-file"
to = "etc/app.env"
values = { PORT = 8080, URL = "u:${secrets.DB_PASSWORD}@${assembly.prefix}", MOTTO = "it's $5" }
secrets = ["DB_PASSWORD"]

[parts.plain]
recipe = "env-file"
to = "etc/plain.env"
values.A = "1"
""",
        before=SECRETS,
    )
    build(world, "--live")
    path = world.prefix / "etc/app.env"
    pairs = {
        "PORT": "8080",
        "URL": f"u:{DB}@{world.prefix}",
        "MOTTO": "it's $5",
        "DB_PASSWORD": DB,
    }

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for read in (read_by_shell, read_by_systemd, read_by_honcho):
        assert read(path) == pairs
    plain = world.prefix / "etc/plain.env"
    assert (read_by_shell(plain), stat.S_IMODE(plain.stat().st_mode)) == ({"A": "1"}, 0o644)


def test_an_env_file_names_secrets_that_there_are(secret_world: World) -> None:
    world = secret_world
    world.assembly(
        '[parts.environment]\nrecipe = "env-file"\nto = "e"\nsecrets = ["DB_PASWORD"]\n',
        before=SECRETS,
    )
    world.done("lock")
    ended = world.assemble("build")

    assert ended.code == 1
    assert ended.messages.startswith("error: part `environment`: there is no secret `DB_PASWORD`\n")
    assert ended.messages.endswith("hint: did you mean `DB_PASSWORD`?\n")
