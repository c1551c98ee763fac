"""The standard recipes are pure: each is asked everything, and watched."""

import hashlib
from pathlib import Path

import pytest

from assembler.adapters.plugins import recipes
from assembler.testing import RecipeTester

DIGEST = hashlib.sha256(b"").hexdigest()
ASSEMBLY = f"""
[secrets]
KEY = {{ env = "KEY" }}

[parts.app]
recipe = "program"
requires = ["web-app>=1"]
launchers.web = {{ script = "web", args = ["--port", "8080"] }}

[parts.tests]
recipe = "test"
program = "app"
runner = "pytest"
paths = ["tests"]

[parts.state]
recipe = "layout"
dirs = {{ log = "var/log" }}

[parts.settings]
recipe = "template"
from = "settings.ini.j2"
to = "etc/settings.ini"
vars = {{ web = "${{parts.app.bin.web}}" }}

[parts.secret]
recipe = "env-file"
to = "etc/secret.env"
secrets = ["KEY"]

[parts.static]
recipe = "command"
run = "${{parts.app.bin.web}} collect"
inputs = ["assets/**"]
outputs = ["static"]
undo = "${{parts.app.bin.web}} forget"

[parts.source]
recipe = "download"
url = "https://acme.example/tool-1.0.tar.gz"
unpack = true

[parts.tool]
recipe = "make"
source = "${{parts.source.dir}}"
system = "autotools"

[parts.theme]
recipe = "git"
url = "https://git.acme.example/theme.git"

[parts.ui]
recipe = "node"
dir = "ui"
scripts = ["build"]
outputs = ["dist"]

[parts.view]
recipe = "links"
distributions-of = "app"
to = "src-view"

[parts.site]
recipe = "nginx"
server-name = "shop.example"
listen = "8080"
upstream = "127.0.0.1:8000"

[parts.supervisor]
recipe = "supervisor"
programs.web = {{ run = "${{parts.app.bin.web}}" }}

[parts.units]
recipe = "systemd"
user = "shop"
services.web = {{ run = "${{parts.app.bin.web}}" }}

[parts.nightly]
recipe = "cron"
user = "shop"
jobs.tidy = {{ schedule = "0 4 * * *", run = "${{parts.app.bin.web}} tidy" }}

[parts.logs]
recipe = "logrotate"
files = ["var/log/*.log"]

[parts.image]
recipe = "oci"
base = "docker.io/library/python@sha256:{DIGEST}"
programs = ["app"]
entrypoint = "${{parts.app.bin.web}}"
"""


@pytest.fixture
def tester(tmp_path: Path) -> RecipeTester:
    tester = RecipeTester(tmp_path)
    tester.release("web-app", "1.0", scripts={"web": "web_app:main"})
    tester.release("pytest", "9.0", scripts={"pytest": "pytest:main"})
    supervisor = {"supervisord": "supervisor:main", "supervisorctl": "supervisor:main"}
    tester.release("supervisor", "4.2", scripts=supervisor)
    for path in ("tests/test_web.py", "assets/a.css", "ui/package.json"):
        tester.write(path, "{}")
    tester.write("ui/package-lock.json", '{"lockfileVersion": 3, "packages": {"": {}}}')
    tester.write("settings.ini.j2", "web = {{ web }}\n")
    tester.download("https://acme.example/tool-1.0.tar.gz", b"")
    return tester


def test_every_standard_recipe_is_pure(tester: RecipeTester) -> None:
    found = tester.ask(ASSEMBLY)
    assert {part.part.recipe for part in found.values()} == set(recipes())
    assert all(part.shown for part in found.values())
