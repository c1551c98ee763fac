"""`assemble add` and `assemble remove`: what was asked for changes, and nothing else."""

import os
import stat

import pytest

from tests.behaviours.world import PYTHON, World

HEAD = f'[assembly]\nname = "demo"\npython = "{PYTHON}"\n'
SHOP = f"""# the shop
[assembly]
name = "demo"   # its name
python = "{PYTHON}"

[vars]
kernel = ["ipykernel", "matplotlib"]

# the web program
[parts.web]
recipe = "program"
requires = [
    "celery[redis]",   # tasks
    "gunicorn>=22",
    "${{vars.kernel}}",
]
env = {{ A = "b" }}

[parts.web.launchers]
web = {{ script = "gunicorn" }}
# no more

# ---- others ----

[parts.tiny]
recipe = "program"
requires = ["b"]

[parts.note]
recipe = "template"
text = "${{parts.tiny.dir}}"
to = "etc/x"
"""


def text(world: World, path: str = "assembly.toml") -> str:
    return (world.project / path).read_bytes().decode()


@pytest.fixture
def shop(world: World) -> World:
    world.write("assembly.toml", SHOP)
    return world


def test_requirements_are_added_where_they_belong(shop: World):
    ended = shop.done("add", "web", "flask>=3", "Gunicorn[gevent]", 'x; python_version < "3"')

    assert text(shop) == SHOP.replace(
        '    "gunicorn>=22",\n',
        '    "flask>=3",\n    "Gunicorn[gevent]>=22",\n    \'x; python_version < "3"\',\n',
    )
    assert ended.messages == (
        "web:\n"
        "  - gunicorn>=22\n"
        "  + flask>=3\n"
        "  + Gunicorn[gevent]>=22\n"
        '  + x; python_version < "3"\n'
        "wrote assembly.toml\n"
        "next: `assemble lock`\n"
    )


def test_what_is_there_already_changes_nothing(shop: World):
    ended = shop.done("add", "web", "celery", "gunicorn>=22", "--json")

    assert text(shop) == SHOP
    assert ended.document["changed"] is False
    assert shop.done("add", "web", "celery").messages == "unchanged: assembly.toml\n"


@pytest.mark.parametrize(
    ("before", "requirement", "after"),
    [
        ('["b"]', "a", '["a", "b"]'),
        ('["c", "b"]', "a", '["c", "b", "a"]'),
        ("[]", "a", '["a"]'),
        ("[\n]", "a", '[\n    "a",\n]'),
        ('[\n  "b"  # last\n]', "c", '[\n  "b",  # last\n  "c"\n]'),
        ('[ "b", ]', "c", '[ "b", "c", ]'),
        ("['b>=1']", "b>=2", "['b>=2']"),
        ('["b>=1"]', "b[x]", '["b[x]>=1"]'),
        ("[\"b>=1; os_name == 'nt'\"]", "b>=2", "['b>=2; os_name == \"nt\"']"),
        ('["b>=1"]', "b<1; os_name == 'nt'", '["b>=1", "b<1; os_name == \'nt\'"]'),
        ('"${vars.kernel}"', "b", '["${vars.kernel}", "b"]'),
        ('{ add = ["b"] }', "c", '{ add = ["b", "c"] }'),
    ],
)
def test_layout_stays(world: World, before: str, requirement: str, after: str):
    part = f'{HEAD}[vars]\nkernel = ["k"]\n[parts.tiny]\nrecipe = "program"\nrequires = '
    world.write("assembly.toml", f"{part}{before} # end\n")

    world.done("add", "tiny", requirement)
    assert text(world) == f"{part}{after} # end\n"


def test_a_program_is_made(world: World):
    world.release("demo", "1.0", entry_points={"console_scripts": {"hi": "demo:main"}},
                  files={"demo/__init__.py": "def main():\n    print('hi')\n"})  # fmt: skip
    world.assembly("")
    before = text(world)

    ended = world.done("add", "app", "demo", "--lock", "--json")
    assert text(world) == (
        before.rstrip("\n") + '\n\n[parts.app]\nrecipe = "program"\nrequires = ["demo"]\n'
    )
    assert (ended.document["created"], ended.document["added"]) == (True, ["demo"])
    assert ended.document["lock"]["programs"] == {"app": 1}
    world.done("build")
    assert world.launch("hi") == "hi"


def test_a_lock_that_fails_leaves_the_file_as_it_was(world: World):
    world.release("demo", "1.0")
    world.assembly('[parts.app]\nrecipe = "program"\nrequires = ["demo"]\n')
    before = text(world)
    world.done("lock")
    lock = text(world, "pylock.toml")

    ended = world.assemble("add", "app", "demo>=2", "--lock")
    assert (ended.code, text(world), text(world, "pylock.toml")) == (1, before, lock)


def test_a_name_that_is_almost_there_makes_no_part(shop: World):
    ended = shop.assemble("add", "wbe", "flask")

    assert (ended.code, ended.messages) == (
        2,
        (
            "error: unknown part `wbe`\nhint: did you mean `web`?\n"
            "hint: `--new` makes a part of this name\n"
        ),
    )
    shop.done("add", "wbe", "flask", "--new")
    assert text(shop) == f'{SHOP}\n[parts.wbe]\nrecipe = "program"\nrequires = ["flask"]\n'


def test_requirements_that_are_none_are_told_together(shop: World):
    ended = shop.assemble("add", "web", "flask>>3", "./lib")

    assert (ended.code, text(shop)) == (2, SHOP)
    assert ended.messages == (
        "error: `flask>>3` is no requirement: expected semicolon (after name with no version "
        "specifier) or end\n"
        "  flask>>3\n"
        "       ^\n"
        "\n"
        "error: `./lib` is no requirement: expected package name at the start of dependency "
        "specifier\n"
        "  ./lib\n"
        "  ^\n"
        "hint: what is in a folder or at a URL gets a name in `[sources]`: require that name\n"
    )


def test_a_part_of_another_recipe_requires_nothing(shop: World):
    ended = shop.assemble("add", "note", "flask")

    assert (ended.code, text(shop)) == (2, SHOP)
    assert ended.messages == "error: part `note` is a `template`, which has no `requires`\n"


def test_requirements_are_removed(shop: World):
    ended = shop.done("remove", "web", "Celery", "gunicorn")

    assert text(shop) == SHOP.replace('    "celery[redis]",   # tasks\n    "gunicorn>=22",\n', "")
    assert ended.messages == (
        "web:\n  - celery[redis]\n  - gunicorn>=22\nwrote assembly.toml\nnext: `assemble lock`\n"
    )


def test_a_requirement_that_is_not_there_has_a_nearest_one(shop: World):
    ended = shop.assemble("remove", "tiny", "bb", "--json")
    assert (ended.code, text(shop)) == (2, SHOP)

    ended = shop.assemble("remove", "web", "celry")
    assert ended.messages == (
        "error: part `web` does not require `celry`\n"
        "  it requires `celery[redis]`, `gunicorn>=22`, `ipykernel`, `matplotlib`\n"
        "hint: did you mean `celery`?\n"
    )


def test_a_requirement_behind_a_reference_is_shown_where_it_is(shop: World):
    ended = shop.assemble("remove", "web", "matplotlib")

    assert (ended.code, text(shop)) == (1, SHOP)
    assert ended.messages == (
        "error: `matplotlib` of part `web` is not written in its `requires`\n"
        " --> assembly.toml:7:24\n"
        "  |\n"
        '7 | kernel = ["ipykernel", "matplotlib"]\n'
        "  |                        ^^^^^^^^^^^^\n"
        "hint: take it away there; `--in FILE` edits a file that this one extends\n"
    )


def test_a_part_is_removed_with_its_tables_and_comments(shop: World):
    ended = shop.done("remove", "web")

    assert text(shop) == SHOP[: SHOP.index("# the web")] + SHOP[SHOP.index("# ---- others") :]
    assert ended.messages == "- web\nwrote assembly.toml\nnext: `assemble lock`\n"


def test_the_last_part_is_removed(shop: World):
    shop.done("remove", "note")
    assert text(shop) == SHOP[: SHOP.index("\n[parts.note]")]


def test_a_part_that_another_needs_stays(shop: World):
    ended = shop.assemble("remove", "tiny")

    assert (ended.code, text(shop)) == (1, SHOP)
    assert ended.messages == (
        "error: part `tiny` is needed by `note`\n"
        "  --> assembly.toml:31:8\n"
        "   |\n"
        '31 | text = "${parts.tiny.dir}"\n'
        "   |        ^^^^^^^^^^^^^^^^^^^\n"
    )


@pytest.mark.parametrize(
    "parts",
    [
        (
            '[parts]\n# a\napp = { recipe = "program", requires = [] } # b\nother = { recipe = '
            '"program", requires = ["c"] }\n'
        ),
        (
            '[parts]\napp.recipe = "program"\napp.requires = []\nother.recipe = "program"\n'
            'other.requires = ["c"]\n'
        ),
        (
            '[parts.app.env]\nA = "b"\n[parts.other]\nrecipe = "program"\nrequires = ["c"]\n'
            '[parts.app]\nrecipe = "program"\nrequires = []\n'
        ),
    ],
)
def test_however_a_part_is_written(world: World, parts: str):
    world.write("assembly.toml", HEAD + parts)
    world.done("add", "app", "x")
    assert world.done("config", "parts.app.requires").output == "x\n"
    world.done("remove", "app")

    assert world.done("config", "parts", "--json").document == {
        "other": {"recipe": "program", "requires": ["c"]}
    }


def test_tables_in_one_value_are_left_to_the_hand(world: World):
    before = f'parts = {{ app = {{ recipe = "program", requires = ["a"] }} }}\n{HEAD}'
    world.write("assembly.toml", before)

    ended = world.assemble("remove", "app")
    assert (ended.code, text(world)) == (1, before)
    assert "error: the file can't be edited here without a change of something else" in (
        ended.messages
    )
    world.done("add", "app", "b")
    assert text(world) == before.replace('["a"]', '["a", "b"]')


def test_requirements_of_a_lower_layer_stay_there(world: World):
    base = '[parts.app]\nrecipe = "program"\nrequires = ["a"]\n'
    world.write("base.toml", base)
    top = HEAD + 'extends = ["base.toml"]\n'
    world.write("assembly.toml", top)

    ended = world.done("add", "app", "b")
    assert text(world) == f'{top}\n[parts.app]\nrequires = {{ add = ["b"] }}\n'
    assert "the rest of its requirements is at base.toml:3\n" in ended.messages
    assert world.done("config", "parts.app.requires").output == "a\nb\n"

    world.done("add", "app", "c")
    assert text(world).endswith('requires = { add = ["b", "c"] }\n')
    ended = world.assemble("remove", "app", "a")
    assert (ended.code, "--> base.toml:3:13" in ended.messages) == (1, True)
    assert text(world, "base.toml") == base


def test_a_file_that_is_extended_is_edited_there(world: World):
    world.write("shared/base.toml", '[parts.app]\nrecipe = "program"\nrequires = ["a"]\n')
    top = HEAD + 'extends = ["shared/base.toml"]\n'
    world.write("assembly.toml", top)

    ended = world.done("add", "app", "b", "--in", "shared/base.toml")
    assert ended.messages == "app:\n  + b\nwrote shared/base.toml\nnext: `assemble lock`\n"
    world.done("remove", "app", "a", "--in", "base.toml", cwd=world.project / "shared")
    assert text(world, "shared/base.toml") == (
        '[parts.app]\nrecipe = "program"\nrequires = ["b"]\n'
    )
    assert text(world) == top
    world.write("other.toml", "")
    ended = world.assemble("add", "app", "c", "--in", "other.toml")
    assert (ended.code, ended.messages) == (
        2,
        "error: `other.toml` is none of the files that `assembly.toml` extends\n",
    )


def test_a_part_of_a_lower_layer_is_removed_there(world: World):
    world.write("base.toml", '[parts.app]\nrecipe = "program"\nrequires = ["a"]\n')
    world.write("assembly.toml", HEAD + 'extends = ["base.toml"]\n')

    ended = world.assemble("remove", "app")
    assert ended.code == 1
    assert "error: part `app` is not written in `assembly.toml`\n --> base.toml:1:8\n" in (
        ended.messages
    )
    assert "hint: `--in FILE` removes it there\n" in ended.messages
    world.done("remove", "app", "--in", "base.toml")
    assert text(world, "base.toml") == ""


def test_a_part_that_inherits_gets_its_own_requirements_besides(world: World):
    part = '[parts.app]\ninherits = ["tool"]\n'
    preset = '[presets.tool]\nrecipe = "program"\nrequires = ["a"]\n'
    world.write("assembly.toml", HEAD + preset + part + "\n")

    world.done("add", "app", "b")
    assert text(world) == HEAD + preset + part + 'requires = { add = ["b"] }\n\n'
    assert world.done("config", "parts.app.requires").output == "a\nb\n"


MADE = f"""{HEAD}[for-each.service]
names = ["accounts"]
parts."${{name}}" = {{ recipe = "program", requires = ["acme-${{name}}"] }}
"""


@pytest.mark.parametrize(
    ("command", "message", "line"),
    [
        (["add", "accounts", "x"], "part `accounts` is not written under `[parts]`", 6),
        (["remove", "accounts"], "part `accounts` is not written under `[parts]`", 6),
        (
            ["remove", "accounts", "acme-accounts"],
            "`acme-accounts` of part `accounts` is not written in its `requires`",
            6,
        ),
    ],
)
def test_a_part_that_a_block_makes_is_shown_there(
    world: World, command: list[str], message: str, line: int
):
    world.write("assembly.toml", MADE)

    ended = world.assemble(*command)
    assert (ended.code, text(world)) == (1, MADE)
    assert ended.messages.startswith(f"error: {message}\n --> assembly.toml:{line}:")


def test_a_part_that_is_left_out(world: World):
    before = f'{HEAD}[parts.app]\nrecipe = "program"\nrequires = ["a"]\nenabled = false\n'
    world.write("assembly.toml", before)

    ended = world.assemble("add", "app", "b")
    assert ended.messages == "error: part `app` is left out by `enabled = false`\n"
    world.done("remove", "app", "a")
    assert text(world) == before.replace('["a"]', "[]")
    world.done("remove", "app")
    assert text(world) == HEAD


def test_a_part_without_requirements_gets_them(world: World):
    world.write("assembly.toml", f'{HEAD}[parts.app]\nrecipe = "program" # one\n')
    assert world.assemble("config").code == 1

    world.done("add", "app", "a")
    assert text(world) == f'{HEAD}[parts.app]\nrecipe = "program" # one\nrequires = ["a"]\n'


def test_line_endings_mode_and_links_stay(shop: World):
    file = shop.project / "assembly.toml"
    real = shop.project / "real.toml"
    real.write_bytes(SHOP.replace("\n", "\r\n").encode())
    real.chmod(0o640)
    file.unlink()
    file.symlink_to("real.toml")

    shop.done("add", "web", "flask")
    shop.done("add", "report", "pandas")
    expected = SHOP.replace('    "gunicorn', '    "flask",\n    "gunicorn')
    expected += '\n[parts.report]\nrecipe = "program"\nrequires = ["pandas"]\n'
    assert real.read_bytes().decode() == expected.replace("\n", "\r\n")
    assert os.readlink(file) == "real.toml"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_file_with_mixed_line_endings_keeps_them(shop: World):
    head, _, rest = SHOP.partition("[vars]")
    (shop.project / "assembly.toml").write_bytes(
        (head.replace("\n", "\r\n") + "[vars]" + rest).encode()
    )

    shop.done("remove", "tiny", "b")
    made = head.replace("\n", "\r\n") + "[vars]" + rest.replace('["b"]', "[]")
    assert text(shop) == made


def test_a_file_that_would_be_wrong_is_not_written(shop: World):
    shop.edit('env = { A = "b" }', 'env = { A = "b" }\nscript = true')
    before = text(shop)

    ended = shop.assemble("add", "web", "flask")
    assert (ended.code, text(shop)) == (1, before)
    assert ended.messages.startswith("error: ")


def test_there_must_be_a_file(world: World):
    ended = world.assemble("add", "web", "flask")

    assert ended.code == 1
    assert ended.messages.startswith("error: there is no `assembly.toml` in ")
