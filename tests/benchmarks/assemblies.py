"""Assembly files of any size: programs and templates with presets, references and needs."""

HEAD = """[assembly]
name = "large"
python = "3.12"

[vars]
port = 8080
host = "shop.example"
common = ["requests>=2", "attrs"]

[vars.ports]
web = 8000

[presets.service]
recipe = "program"
requires = ["${vars.common}", "service-${self.name}"]
env = { HOST = "${vars.host}", NAME = "${self.name}", OUT = "${self.out}" }

[presets.service.launchers]
web = { script = "gunicorn", args = ["--bind", "127.0.0.1:${vars.port}", "app:wsgi"] }

[presets.file]
recipe = "template"
to = "etc/${self.name}.ini"
vars = { port = "${vars.port}", prefix = "${assembly.prefix}" }
"""


def assembly(parts: int) -> str:
    """An assembly of this many parts: by turns a program, and a template that refers to it."""
    return HEAD + "".join(_template(n) if n % 2 else _program(n) for n in range(parts))


def _program(number: int) -> str:
    needs = f'needs = ["t{number - 1}"]\n' if number else ""
    return f"""
[parts.p{number}]
inherits = ["service"]
{needs}env = {{ NUMBER = "{number}" }}
launchers.worker = {{ script = "celery", args = ["-A", "shop", "worker", "${{vars.host}}"] }}
"""


def _template(number: int) -> str:
    return f"""
[parts.t{number}]
inherits = ["file"]
text = "run ${{parts.p{number - 1}.bin.web}} ${{parts.p{number - 1}.key}} on ${{self.vars.port}}"
"""
