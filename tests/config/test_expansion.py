"""References that grow without bound."""

from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults


def test_values_that_grow_without_bound():
    lines = [f'v{i} = ["${{vars.v{i + 1}}}", "${{vars.v{i + 1}}}"]' for i in range(30)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + '\nv30 = ["x"]\n'
    assert faults(text) == snapshot("""\
`vars.v13` grows beyond 100000 values
  at assembly.toml:18:7 |["${vars.v14}", "${vars.v14}"]|
  hint: the limit is `limits.array-values = 100000`, and the user configuration can raise it\
""")


def test_text_that_grows_without_bound():
    lines = [f'v{i} = "${{vars.v{i + 1}}}${{vars.v{i + 1}}}"' for i in range(40)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + '\nv40 = "x"\n'
    assert faults(text) == snapshot("""\
the text grows beyond 1000000 characters
  at assembly.toml:25:7 |"${vars.v21}${vars.v21}"|
  hint: the limit is `limits.text-length = 1000000`, and the user configuration can raise it\
""")


def test_tables_that_grow_without_bound():
    lines = [f'v{i} = {{ a = "${{vars.v{i + 1}}}", b = "${{vars.v{i + 1}}}" }}' for i in range(25)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + "\nv25 = 1\n"
    assert faults(text) == snapshot("""\
`vars.v9` grows beyond 100000 values
  at assembly.toml:14:6 |{ a = "${vars.v10}", b = "${vars.v10}" }|
  hint: the limit is `limits.array-values = 100000`, and the user configuration can raise it\
""")


def test_references_that_lead_too_deep():
    lines = [f'v{i} = "${{vars.v{i + 1}}}"' for i in range(200)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + "\nv200 = 1\n"
    assert faults(text) == snapshot("""\
references lead deeper than 60 levels
  at assembly.toml:65:8 |${vars.v61}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it
references lead deeper than 60 levels
  at assembly.toml:126:9 |${vars.v122}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it
references lead deeper than 60 levels
  at assembly.toml:187:9 |${vars.v183}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it\
""")
