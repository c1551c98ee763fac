"""Assembly files that were changed at random, read up to what each recipe needs."""

import random
from collections.abc import Iterator
from pathlib import PurePath

import tomli
import tomli_w

from assembler.adapters.plugins import recipes
from assembler.config.compose import compose
from assembler.config.document import decode, parse
from assembler.config.schema import load
from assembler.errors import AssemblerError
from assembler.graph import order
from tests.faults.everything import PARTS
from tests.faults.mutations import mutated_text
from tests.faults.positions import replaced, strings

TEXT = f"""[assembly]
name = "demo"
python = "3.12"
prefix = "build"

[assembly.select]
default = ["web", "settings"]

[vars]
port = 8080
names = ["one", "two"]
deep.er = "${{vars.port}}"

[secrets]
PASSWORD = {{ env = "PASSWORD" }}

[presets.service]
recipe = "systemd"

[for-each.service]
names = ["accounts", "basket"]
parts."${{name}}" = {{ recipe = "program", requires = ["acme-${{name}}"] }}

[[when]]
marker = "sys_platform == 'linux'"
parts.web.env.ON = "${{self.name}} ${{env.HERE:-there}}"
{PARTS}"""
FETCHED, GIT = "https://files.example/fetched.tar.gz", "https://git.example/src.git"
REFERENCES = (
    *("${", "}", "${vars.port}", "${vars.${self.name}}", "${self.out}", "${parts.web.bin.tool}"),
    *(
        "${parts.nobody.path}",
        "${env.HOME}",
        "${env.X:-${vars.port}}",
        "$${",
        "${secrets.PASSWORD}",
    ),
    *(
        '${parts.web.bin."a.b"}',
        "${assembly.prefix}",
        "${name}",
        "${}",
        "${.}",
        '"',
        "'",
        "\n",
        "=",
    ),
    *("[parts.x]", "[[", "]]", "{", "\\", "\\u0000", "#", "\t", "0", "true", "1e9", "2026-01-01"),
)


class Assemblies:
    """Assembly files; they are read, or refused with an error of ours."""

    name = "assembly files"

    def __init__(self) -> None:
        self._recipes = recipes()
        tree = tomli.loads(TEXT.replace("FETCHED", FETCHED).replace("GIT", GIT))
        for name in ("hi", "salut"):
            del tree["parts"][name]
        self._tree = tree
        self._text = tomli_w.dumps(tree)
        self._count = sum(1 for _ in strings(tree))

    def once(self, chance: random.Random) -> Iterator[str]:
        """Read one assembly file; what is raised is an error of ours."""
        text = self._changed(chance).encode("utf-8", "surrogatepass")
        try:
            document = parse(decode(text, "assembly.toml"), "assembly.toml")
            project = load(
                compose([document]),
                recipes=self._recipes,
                folder=PurePath("/project"),
                environment={"HERE": "../here", "HOME": "/root"},
            )
            for part in order(project.parts):
                self._recipes[part.recipe].declare(part)
        except AssemblerError:
            pass
        yield from ()

    def _changed(self, chance: random.Random) -> str:
        if chance.random() < 0.4:
            return mutated_text(chance, self._text, REFERENCES)
        number = chance.randrange(self._count)
        changed = replaced(self._tree, number, lambda text: mutated_text(chance, text, REFERENCES))
        assert isinstance(changed, dict)
        return tomli_w.dumps(changed)
