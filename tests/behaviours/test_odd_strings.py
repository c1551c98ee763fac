"""Values that other formats would not keep."""

import json

from assembler.config.keys import quoted
from tests.behaviours.world import World

ODD = {
    "lines": "\n  two\n\n\tthree\n",
    "blanks": "   leading and trailing   ",
    "percent": "100% %s %(name)s %%",
    "tabs": "\ta\tb\t",
    "quotes": """ 'single' "double" `back` """,
    "backslash": "\\n \\ \\\\",
    "unicode": "\u00fcber \u2014 \U0001f40d \u200b",
    "returns": "a\r\nb\rc",
    "dollars": "$ $$ $HOME $(id) ${id}",
    "empty": "",
    "controls": "\x1b[31m \x7f",
}


SCRIPT = "import json, os; json.dump(dict(os.environ), open('o', 'w'))"


def test_39_odd_strings(world: World) -> None:
    lines = (f"{name} = {quoted(value)}" for name, value in ODD.items())
    values = "\n".join(lines).replace("${", "$${")
    names = ", ".join(f"'{name}': {name}" for name in ODD)
    world.assembly(f"""
[parts.text]
recipe = "template"
text = "{{{{ {{{names}}} | tojson }}}}"
to = "etc/odd.json"
[parts.text.vars]
{values}

[parts.command]
recipe = "command"
run = ["python3", "-c", "{SCRIPT}"]
outputs = ["o"]
expose = {{ "etc/environment.json" = "o" }}
[parts.command.env]
{values}
""")
    world.build()
    assert json.loads((world.prefix / "etc/odd.json").read_text()) == ODD
    environment = json.loads((world.prefix / "etc/environment.json").read_text())
    assert {name: environment[name] for name in ODD} == ODD
    assert world.done("config", "--json", "parts.text.vars").document == ODD
    built = world.parts
    file = world.project / "assembly.toml"
    file.write_text(f"# read anew\n{file.read_text()}")
    assert not world.plan()["due"]
    assert not world.done("build", "--json").document["changed"]
    assert world.parts == built
