"""`[secrets]`, references to secrets, and the exact words where one can't be."""

from inline_snapshot import snapshot

from assembler.config import show
from assembler.config.resolved import resolve
from assembler.model.secret import FileSecret, VariableSecret
from assembler.model.text import Place, Secret, Text
from tests.config.assemblies import HEAD, File, document, faults, project

SECRETS = '[secrets]\nDB = { env = "SHOP_DB" }\nTOKEN = { file = "run/token" }\n'
FILE = '[parts.ini]\nrecipe = "file"\nto = "x"\n'
APP = '[parts.app]\nrecipe = "program"\nrequires = ["shop"]\n'


def text_of(written: str, before: str = "") -> Text:
    loaded = project(f'{HEAD}{SECRETS}{before}{FILE}text = "{written}"\n')
    return next(iter(loaded.parts.values())).typed(File).text


def test_where_secrets_are():
    secrets = SECRETS + 'ROOT = { file = "/run/secrets/root" }\n'

    assert project(HEAD + secrets).secrets == (
        VariableSecret("DB", "SHOP_DB"),
        FileSecret("TOKEN", "/srv/shop/run/token"),
        FileSecret("ROOT", "/run/secrets/root"),
    )


def test_a_secret_is_left_out_of_the_text_that_refers_to_it():
    assert text_of("${secrets.DB}") == Text((Secret("DB"),))
    assert text_of("pw=${secrets.DB} ${self.out}/${secrets.TOKEN}") == Text.of(
        "pw=", Secret("DB"), " ", Place("part", part="ini"), "/", Secret("TOKEN")
    )


def test_a_variable_of_the_file_may_hold_a_secret():
    before = '[vars]\ndsn = "u:${secrets.DB}@h"\n'

    assert text_of("${vars.dsn}/db", before) == Text.of("u:", Secret("DB"), "@h/db")


def test_a_name_may_be_put_together():
    own = '[parts.TOKEN]\nrecipe = "file"\nto = "x"\ntext = "${secrets.${self.name}}"\n'
    loaded = project(HEAD + SECRETS + own)

    assert next(iter(loaded.parts.values())).typed(File).text == Text((Secret("TOKEN"),))


def test_a_layer_may_put_a_secret_elsewhere():
    settings = ["secrets.DB.env=", "secrets.DB.file=/tmp/db"]

    assert project(HEAD + SECRETS, settings).secrets[0] == FileSecret("DB", "/tmp/db")


def test_the_configuration_shows_the_reference():
    text = f'{HEAD}{SECRETS}[vars]\ndsn = "u:${{secrets.DB}}@h"\n'
    resolved = resolve(document(text), {"SHOP_DB": "hunter2"})
    dsn = show.lookup(resolved, "vars.dsn")

    assert show.bare(dsn) == show.data(dsn) == "u:${secrets.DB}@h"
    assert "hunter2" not in show.render(resolved.root, origins=True)


def test_an_unknown_secret():
    assert faults(f'{HEAD}{SECRETS}{FILE}text = "${{secrets.TOKN}}"\n') == snapshot("""\
unknown secret `TOKN`
  at assembly.toml:10:9 |${secrets.TOKN}|
  hint: did you mean `TOKEN`?\
""")


def test_what_a_secret_does_not_have():
    assert faults(f'{HEAD}{SECRETS}{FILE}text = "${{secrets.DB.env}}"\n') == snapshot("""\
a secret has no `env`
  at assembly.toml:10:9 |${secrets.DB.env}|
  hint: write `${secrets.DB}`\
""")
    assert faults(f'{HEAD}{SECRETS}{FILE}text = "${{secrets}}"\n') == snapshot("""\
`${secrets}` names no value
  at assembly.toml:10:9 |${secrets}|\
""")


def test_a_python_that_is_a_secret():
    assert faults(f'{HEAD}{SECRETS}{APP}python = "3.${{secrets.DB}}"\n') == snapshot("""\
`parts.app.python` must be known before the build: it can't hold the secret `DB`
  at assembly.toml:10:10 |"3.${secrets.DB}"|
  hint: a secret may stand in what a `template` writes\
""")


def test_the_name_of_the_assembly_that_is_a_secret():
    assert faults(f"{HEAD.replace('shop', '${secrets.DB}')}{SECRETS}") == snapshot("""\
`assembly.name` must be known before the build: it can't hold the secret `DB`
  at assembly.toml:2:8 |"${secrets.DB}"|
  hint: a secret may stand in what a `template` writes\
""")


def test_a_requirement_that_is_a_secret():
    text = '[parts.app]\nrecipe = "program"\nrequires = ["shop", "${secrets.DB}"]\n'
    assert faults(HEAD + SECRETS + text) == snapshot("""\
`parts.app.requires.1` must be known before the build: it can't hold the secret `DB`
  at assembly.toml:9:21 |"${secrets.DB}"|
  hint: a secret may stand in what a `template` writes\
""")


def test_a_flag_that_is_a_secret():
    assert faults(f'{HEAD}{SECRETS}{APP}greedy = "${{secrets.DB}}"\n') == snapshot("""\
`parts.app.greedy` must be a boolean, not text
  at assembly.toml:10:10 |"${secrets.DB}"|\
""")


def test_secrets_that_are_nowhere_or_twice():
    text = '[secrets]\nA = {}\nB = { env = "B", file = "b" }\nC = "x"\nD = { vault = "d" }\n'
    assert faults(HEAD + text) == snapshot("""\
secret `A` must have one of `env` and `file`
  at assembly.toml:5:1 ||
secret `B` must have one of `env` and `file`
  at assembly.toml:6:1 ||
  hint: `""` takes away what another layer says
`secrets.C` must be a table, not text
  at assembly.toml:7:5 ||
  hint: say where its value is: `{ env = "NAME" }` or `{ file = "PATH" }`
unknown key `vault` of secret `D`
  at assembly.toml:8:7 ||
  hint: it may have `env`, `file`\
""")


def test_names_that_can_not_be():
    text = '[secrets]\n"a b" = { env = "A" }\nB = { env = "1B" }\nC = { file = "a\\nb" }\n'
    assert faults(HEAD + text) == snapshot("""\
the name "a b" of a secret must be of letters, digits, `_` and `-`
  at assembly.toml:5:1 ||
"1B" is no name of an environment variable
  at assembly.toml:6:13 ||
"a\\nb" is no path
  at assembly.toml:7:14 ||\
""")


def test_a_variable_that_holds_a_secret_can_be_read_in_no_other_way():
    text = f'{HEAD}{SECRETS}{APP}python = "${{env.SHOP_DB}}"\nenv.PW = "p${{env.SHOP_DB:-x}}"\n'
    assert faults(text, environment={"SHOP_DB": "hunter2"}) == snapshot("""\
the environment variable `SHOP_DB` holds the secret `DB`
  at assembly.toml:10:11 |${env.SHOP_DB}|
  hint: write `${secrets.DB}`
the environment variable `SHOP_DB` holds the secret `DB`
  at assembly.toml:11:12 |${env.SHOP_DB:-x}|
  hint: write `${secrets.DB}`\
""")


def test_which_variable_holds_a_secret_is_written_out():
    text = HEAD + '[secrets]\nDB = { env = "${env.NAME}" }\nA = { file = "${env.NAME}/a" }\n'
    assert faults(text, environment={"NAME": "x"}) == snapshot("""\
`secrets.DB.env` must be written out
  at assembly.toml:5:14 ||\
""")
