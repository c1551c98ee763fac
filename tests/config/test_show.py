import pytest
from inline_snapshot import snapshot

from assembler.config.defaults import DEFAULT_INDEX
from assembler.config.entries import entries
from assembler.config.resolved import Resolved, resolve
from assembler.config.show import bare, data, lookup, render
from assembler.errors import ConfigurationError
from tests.config.assemblies import HEAD, document, told

TEXT = """
[vars]
port = 8080
names = ["a", "b"]
"odd key" = 'say "hi"	there'

[parts.app]
recipe = "program"
requires = ["shop", "${vars.names}"]
env = { URL = "http://x:${vars.port}", ETC = "${assembly.prefix}/etc", ME = "${self.out}" }
python = "3.12"
[parts.app.launchers]
web.args = ["${parts.other.bin.run}", "${parts.other.site.path}", "${parts.other.key}"]

[parts.other]
recipe = "program"
requires = []
ratio = 1.5
greedy = true

[parts.off]
recipe = "program"
enabled = false
"""


def resolved(*settings: str) -> Resolved:
    return resolve(document(HEAD + TEXT, settings), {})


def test_the_resolved_configuration():
    assert render(resolved().root).replace(DEFAULT_INDEX, "DEFAULT") == snapshot("""\
[assembly]
name = "shop"
python = "3.12"
prefix = "build"

[vars]
port = 8080
names = ["a", "b"]
"odd key" = "say \\"hi\\"\\tthere"

[parts.app]
recipe = "program"
requires = ["shop", "a", "b"]
python = "3.12"

[parts.app.env]
URL = "http://x:8080"
ETC = "${assembly.prefix}/etc"
ME = "${parts.app.dir}"

[parts.app.launchers.web]
args = ["${parts.other.bin.run}", "${parts.other.site.path}", "${parts.other.key}"]

[parts.other]
recipe = "program"
requires = []
ratio = 1.5
greedy = true

[index.pypi]
url = "DEFAULT"
default = true\
""")


def test_the_resolved_configuration_with_origins():
    found = resolved("parts.app.python=3.10", "vars.port=1", "vars.port=2", "vars.names=['c']")
    told_with_origins = render(found.root, origins=True).replace(DEFAULT_INDEX, "DEFAULT")
    assert told_with_origins == snapshot("""\
[assembly]
name = "shop"  # assembly.toml:2
python = "3.12"  # assembly.toml:3
prefix = "build"  # built-in defaults

[vars]
port = 2  # --set
    # set 8080 at assembly.toml:6
    # set 1 at --set
    # set 2 at --set
names = ["c"]  # --set
    # set ["a", "b"] at assembly.toml:7
    # set ["c"] at --set
"odd key" = "say \\"hi\\"\\tthere"  # assembly.toml:8

[parts.app]
recipe = "program"  # assembly.toml:11
requires = [  # assembly.toml:12
    "shop",  # assembly.toml:12
    "c",  # --set
]
python = 3.10  # --set
    # set "3.12" at assembly.toml:14
    # set 3.10 at --set

[parts.app.env]
URL = "http://x:2"  # assembly.toml:13
ETC = "${assembly.prefix}/etc"  # assembly.toml:13
ME = "${parts.app.dir}"  # assembly.toml:13

[parts.app.launchers.web]
args = [  # assembly.toml:16
    "${parts.other.bin.run}",  # assembly.toml:16
    "${parts.other.site.path}",  # assembly.toml:16
    "${parts.other.key}",  # assembly.toml:16
]

[parts.other]
recipe = "program"  # assembly.toml:19
requires = []  # assembly.toml:20
ratio = 1.5  # assembly.toml:21
greedy = true  # assembly.toml:22

[index.pypi]
url = "DEFAULT"  # built-in defaults
default = true  # built-in defaults\
""")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("vars.port", "8080"),
        ("vars.'odd key'", 'say "hi"\tthere'),
        ("parts.app.requires", "shop\na\nb"),
        ("parts.app.requires.1", "a"),
        ("parts.app.env.ETC", "${assembly.prefix}/etc"),
        ("parts.app.env.ME", "${parts.app.dir}"),
        ("parts.app.launchers.web.args.0", "${parts.other.bin.run}"),
        ("parts.app.launchers.web.args.1", "${parts.other.site.path}"),
        ("parts.other.greedy", "true"),
        ("index.pypi", f'{{ url = "{DEFAULT_INDEX}", default = true }}'),
        ("assembly.prefix", "build"),
    ],
)
def test_one_value_bare(key: str, text: str):
    assert bare(lookup(resolved(), key)) == text


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "prats.app",
            snapshot("""\
the file has no table `prats`
  hint: did you mean `parts`?\
"""),
        ),
        (
            "parts.ap",
            snapshot("""\
`parts` has no table `ap`
  hint: did you mean `app`?\
"""),
        ),
        (
            "parts.app.enw",
            snapshot("""\
`parts.app` has no key `enw`
  hint: did you mean `env`?\
"""),
        ),
        (
            "vars.prt",
            snapshot("""\
`vars` has no key `prt`
  hint: did you mean `port`?\
"""),
        ),
        (
            "vars.port.x",
            snapshot("""\
`vars.port` is no table and has no `x`
  at assembly.toml:6:8 |8080|\
"""),
        ),
        (
            "parts.app.requires.7",
            snapshot("""\
`parts.app.requires` has no element `7`: it has 3, counted from 0
  at assembly.toml:12:12 |["shop", "${vars.names}"]|\
"""),
        ),
        ("parts.off", snapshot("part `off` is disabled")),
        ("a b", snapshot("`a b` is no key such as `parts.app.requires`")),
        ("", snapshot("`` is no key such as `parts.app.requires`")),
        ("vars.", snapshot("`vars.` is no key such as `parts.app.requires`")),
    ],
)
def test_a_key_that_there_is_not(key: str, message: str):
    with pytest.raises(ConfigurationError) as caught:
        lookup(resolved(), key)
    assert told(caught.value) == message


def test_plain_values():
    assert data(lookup(resolved(), "parts.app.env")) == {
        "URL": "http://x:8080",
        "ETC": "${assembly.prefix}/etc",
        "ME": "${parts.app.dir}",
    }


def test_entries_with_their_history():
    found = {each.key: each for each in entries(resolved("vars.port=1").root)}
    port = found["vars.port"]
    assert (port.value, str(port.origin)) == (1, "--set")
    assert [(each.change, each.value, str(each.origin)) for each in port.layers] == [
        ("set", 8080, "assembly.toml:6"),
        ("set", 1, "--set"),
    ]
    assert found["parts.app.requires"].value == ("shop", "a", "b")
    assert 'vars."odd key"' in found
