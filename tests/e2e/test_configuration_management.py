"""Ansible and Puppet, really run, deploy a scratch project as the page says; Chef's is parsed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.pages import blocks
from tests.repositories import Repository

PAGE = "deploy-with-ansible-puppet-or-chef.md"
PATIENCE = 600.0
ASSEMBLY = """
[assembly]
name = "shop"
python = "3.12"

[parts.ini]
recipe = "template"
text = "port = {port}\\n"
to = "etc/app.ini"

[parts.migrate]
recipe = "command"
at = "deploy"
needs = ["ini"]
shell = "echo {port} >> ${{assembly.project}}/../migrations"
"""


class Shop:
    """A repository, a checkout of it, and a machine that has assembler."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository(folder / "repository")
        self.checkout = folder / "srv"
        commands = folder / "commands"
        commands.mkdir()
        (commands / "assemble").write_text(f'#!/bin/sh\nexec {sys.executable} -m assembler "$@"\n')
        (commands / "assemble").chmod(0o755)
        self.commands = str(commands)
        self.environment = {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "LC_ALL": "C.UTF-8",
        }

    def commit(self, port: int, *, locked: bool = True) -> None:
        """Commit the application with a port, and its lock."""
        text = ASSEMBLY.format(port=port)
        (self.repository.folder / "assembly.toml").write_text(text)
        if locked:
            self.run(["assemble", "-C", str(self.repository.folder), "lock"])
        self.repository.git("add", "assembly.toml", "pylock.toml")
        self.repository.git("commit", "--quiet", "--message", f"port {port}")

    def run(self, words: Sequence[str], *codes: int) -> subprocess.CompletedProcess[str]:
        """Run a command, which must end with one of these codes, or with 0."""
        ended = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode in (codes or (0,)), ended.stdout
        return ended

    @property
    def deployed(self) -> tuple[str, list[str]]:
        """The file that was built, and the migrations that ran."""
        ran = (self.folder / "migrations").read_text().split()
        return (self.checkout / "build/etc/app.ini").read_text(), ran


def install(words: Sequence[str]) -> None:
    """Run a command with what this machine says of the network."""
    subprocess.run(words, check=True, timeout=PATIENCE)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.commit(8080)
    return shop


def test_ansible(shop: Shop) -> None:
    venv = shop.folder / "ansible"
    install([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, str(venv)])
    python = ["--python", str(venv / "bin/python")]
    install([find_uv_bin(), "pip", "install", "--quiet", *python, "ansible-core"])
    (playbook,) = blocks(PAGE, "yaml")
    (shop.folder / "deploy.yml").write_text(playbook)
    local = f"shop ansible_connection=local ansible_python_interpreter={sys.executable}\n"
    (shop.folder / "hosts").write_text(local)
    given = {"checkout": str(shop.checkout), "repository": shop.repository.url}
    words = [str(venv / "bin/ansible-playbook"), "--inventory", "hosts", "deploy.yml"]
    words += [word for name, value in given.items() for word in ("--extra-vars", f"{name}={value}")]

    def changed(*codes: int) -> tuple[int, int]:
        recap = shop.run(words, *codes).stdout.rpartition("PLAY RECAP")[2]
        found = re.search(r"changed=(\d+) .*failed=(\d+)", recap)
        assert found, recap
        return int(found[1]), int(found[2])

    assert changed() == (3, 0)
    assert shop.deployed == ("port = 8080\n", ["8080"])
    assert changed() == (0, 0)
    shop.commit(8081)
    assert changed() == (3, 0)
    assert shop.deployed == ("port = 8081\n", ["8080", "8081"])
    (shop.checkout / "build/etc/app.ini").unlink()
    assert changed() == (1, 0)
    assert shop.deployed == ("port = 8081\n", ["8080", "8081"])


def test_puppet(shop: Shop) -> None:
    (manifest,) = blocks(PAGE, "puppet")
    (shop.folder / "page.pp").write_text(manifest)
    settings = [f"--{name}={shop.folder / name}" for name in ("confdir", "vardir", "codedir")]
    shop.run(["puppet", "parser", "validate", *settings, "page.pp"])
    paths = os.environ["PATH"].split(":")
    listed = ", ".join(f"'{path}'" for path in (shop.commands, *paths))
    for shown, here in (("/srv/shop", str(shop.checkout)), ("'/usr/local/bin', ", f"{listed}, ")):
        assert shown in manifest
        manifest = manifest.replace(shown, here)
    (shop.folder / "here.pp").write_text(manifest)
    apply = ["puppet", "apply", "--detailed-exitcodes", *settings, "here.pp"]
    nothing, changes = 0, 2
    shop.repository.git("clone", "--quiet", str(shop.repository.folder), str(shop.checkout))
    shop.run(apply, changes)
    assert shop.deployed == ("port = 8080\n", ["8080"])
    shop.run(apply, nothing)
    shop.commit(8081)
    shutil.copy(shop.repository.folder / "assembly.toml", shop.checkout)
    shop.run(apply, changes)
    assert shop.deployed == ("port = 8081\n", ["8080", "8081"])
    shop.run(apply, nothing)


def test_chef(shop: Shop) -> None:
    (recipe,) = blocks(PAGE, "ruby")
    (shop.folder / "deploy.rb").write_text(recipe)
    assert shop.run(["ruby", "-c", "deploy.rb"]).stdout == "Syntax OK\n"
    conditions = re.findall(r"not_if '(.+?)'", recipe)
    assert conditions == ["assemble plan --check", "assemble deploy --check"]
