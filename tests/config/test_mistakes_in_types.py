"""Mistakes in keys and types, and the exact words for them."""

from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults

APP = '[parts.app]\nrecipe = "program"\nrequires = ["shop"]\n'


def test_a_misspelt_key_of_a_recipe():
    assert faults(HEAD + APP + "lanchers = {}\n") == snapshot("""\
unknown key `lanchers` of a `program`
  at assembly.toml:7:1 |lanchers|
  hint: did you mean `launchers`?\
""")


def test_a_misspelt_key_of_a_launcher():
    assert faults(HEAD + APP + "launchers.web = { scirpt = 'gunicorn' }\n") == snapshot("""\
unknown key `scirpt` of `parts.app.launchers.web`
  at assembly.toml:7:19 |scirpt|
  hint: did you mean `script`?\
""")


def test_a_misspelt_key_of_the_assembly():
    assert faults('[assembly]\nnam = "shop"\npython = "3.12"\n') == snapshot("""\
unknown key `nam` of `[assembly]`
  at assembly.toml:2:1 |nam|
  hint: did you mean `name`?\
""")


def test_a_misspelt_table():
    assert faults(HEAD + '[prats.app]\nrecipe = "program"\n') == snapshot("""\
unknown table `[prats]`
  at assembly.toml:4:2 |prats|
  hint: did you mean `parts`?\
""")


def test_a_key_outside_of_any_table():
    assert faults('colour = "red"\n' + HEAD) == snapshot("""\
unknown key `colour`
  at assembly.toml:1:1 |colour|
  hint: tables are `assembly`, `lock`, `targets`, `index`, `sources`, `recipes`, `vars`, \
`secrets`, `presets`, `parts`, `when`, `for-each`\
""")


def test_no_assembly_table():
    assert faults(APP) == snapshot("""\
the file has no table `[assembly]`
  at assembly.toml:0:0 ||
  hint: begin with `[assembly]`, `name = "…"` and `python = "3.12"`\
""")


def test_no_recipe():
    assert faults(HEAD + '[parts.app]\nrequires = ["shop"]\n') == snapshot("""\
missing key `recipe` of part `app`
  at assembly.toml:4:8 |app|\
""")


def test_a_missing_option():
    assert faults(HEAD + '[parts.app]\nrecipe = "program"\n') == snapshot("""\
missing key `requires` of a `program`
  at assembly.toml:4:8 |app|\
""")


def test_a_required_option_that_is_misspelt_is_told_once():
    part = '[parts.app]\nrecipe = "program"\nrequire = ["shop"]\n'
    assert faults(HEAD + part) == snapshot("""\
unknown key `require` of a `program`
  at assembly.toml:6:1 |require|
  hint: did you mean `requires`?\
""")


def test_an_unknown_recipe():
    assert faults(HEAD + '[parts.app]\nrecipe = "progam"\n') == snapshot("""\
unknown recipe `progam`
  at assembly.toml:5:10 |"progam"|
  hint: did you mean `program`?\
""")


def test_a_recipe_that_is_like_none():
    assert faults(HEAD + '[parts.app]\nrecipe = "zzz"\n') == snapshot("""\
unknown recipe `zzz`
  at assembly.toml:5:10 |"zzz"|
  hint: the recipes are `file`, `program`\
""")


def test_a_version_without_quotes():
    assert faults('[assembly]\nname = "shop"\npython = 3.10\n') == snapshot("""\
`assembly.python` must be text, not a number
  at assembly.toml:3:10 |3.10|
  hint: 3.10 without quotes is the number 3.1: write "3.10"\
""")


def test_a_version_without_quotes_that_looks_alike():
    assert faults('[assembly]\nname = "shop"\npython = 3.12\n') == snapshot("""\
`assembly.python` must be text, not a number
  at assembly.toml:3:10 |3.12|
  hint: write "3.12"\
""")


def test_text_for_an_array():
    assert faults(HEAD + '[parts.app]\nrecipe = "program"\nrequires = "shop"\n') == snapshot("""\
`parts.app.requires` must be an array of text, not text
  at assembly.toml:6:12 |"shop"|
  hint: write ["shop"]\
""")


def test_a_number_in_an_array_of_text():
    text = '[parts.app]\nrecipe = "program"\nrequires = ["shop", 2]\n'
    assert faults(HEAD + text) == snapshot("""\
`parts.app.requires.1` must be text, not a whole number
  at assembly.toml:6:21 |2|
  hint: write "2"\
""")


def test_text_for_a_number():
    assert faults(HEAD + APP + 'workers = "4"\n') == snapshot("""\
`parts.app.workers` must be a whole number, not text
  at assembly.toml:7:11 |"4"|
  hint: write 4 without quotes\
""")


def test_a_number_that_is_too_small():
    assert faults(HEAD + APP + "workers = 0\n") == snapshot("""\
`parts.app.workers`: expected `int` >= 1
  at assembly.toml:7:11 |0|\
""")


def test_text_for_a_boolean():
    assert faults(HEAD + APP + 'greedy = "true"\n') == snapshot("""\
`parts.app.greedy` must be a boolean, not text
  at assembly.toml:7:10 |"true"|
  hint: write true without quotes\
""")


def test_a_boolean_for_text():
    assert faults(HEAD + APP + "env = { DEBUG = true }\n") == snapshot("""\
`parts.app.env.DEBUG` must be text, not a boolean
  at assembly.toml:7:17 |true|
  hint: write "true"\
""")


def test_a_choice_that_there_is_not():
    assert faults(HEAD + APP + 'style = "fancier"\n') == snapshot("""\
`parts.app.style` must be `plain` or `fancy`, not "fancier"
  at assembly.toml:7:9 |"fancier"|
  hint: did you mean `fancy`?\
""")


def test_a_wrong_type_where_several_are_right():
    assert faults(HEAD + APP + "scripts = 3\n") == snapshot("""\
`parts.app.scripts` must be an array of text, a table or `all`, not a whole number
  at assembly.toml:7:11 |3|\
""")


def test_text_for_a_part():
    assert faults(HEAD + '[parts]\napp = "program"\n') == snapshot("""\
`parts.app` must be a table, not text
  at assembly.toml:5:7 |"program"|
  hint: write `[parts.app]`, and below it `recipe = "program"`\
""")


def test_what_a_recipe_refuses():
    assert faults(HEAD + '[parts.app]\nrecipe = "file"\nto = "/etc/x"\n') == snapshot("""\
`/etc/x` is absolute
  at assembly.toml:4:8 |app|\
""")


def test_all_faults_come_at_once_in_the_order_of_the_file():
    text = HEAD + APP + 'lanchers = 1\nworkers = "4"\nenv.A = "${vars.x}"\n[prats]\n'
    assert faults(text) == snapshot("""\
unknown key `lanchers` of a `program`
  at assembly.toml:7:1 |lanchers|
  hint: did you mean `launchers`?
`parts.app.workers` must be a whole number, not text
  at assembly.toml:8:11 |"4"|
  hint: write 4 without quotes
unknown name `vars.x`
  at assembly.toml:9:10 |${vars.x}|
unknown table `[prats]`
  at assembly.toml:10:2 |prats|
  hint: did you mean `parts`?\
""")


def test_a_fault_in_a_setting_shows_the_setting():
    assert faults(HEAD + APP, ["parts.app.worker=4"]) == snapshot("""\
unknown key `worker` of a `program`
  at --set:0:11 |worker|
  hint: did you mean `workers`?\
""")
