"""Limits of the commands and recipes that are run, and of secrets."""

import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from assembler.adapters.archives.bytecode import compile_tree
from assembler.adapters.builder.hooks import Runner
from assembler.adapters.conversations import ChildConversations
from assembler.adapters.git import GitRepositories, GitSettings
from assembler.adapters.git.command import Git
from assembler.adapters.http.keyring import Keyring
from assembler.adapters.processes import ChildProcesses
from assembler.adapters.secrets import MachineSecrets
from assembler.app.foreign.messages import VERSION, Open
from assembler.app.foreign.session import ANSWERS
from assembler.model.canonical import encode
from assembler.model.limits import Limits
from assembler.model.secret import VariableSecret
from assembler.model.target import Interpreter
from assembler.ports import CommandLine
from tests.fakes.cache_lock import MemoryCacheLock
from tests.limits.trial import Trial
from tests.repositories import Repository

_PATH = "/usr/bin:/bin"
_SLOW = 1.0
"""Who has less time than this is kept waiting for longer than it has."""


def _command(folder: Path, name: str, time: float) -> Path:
    """A command that takes no time, or more than it has."""
    path = folder / name
    path.write_text(f"#!/bin/sh\nexec /bin/sleep {0 if time > _SLOW else 60}\n")
    path.chmod(0o755)
    return path


def _build(limits: Limits, folder: Path) -> None:
    command = _command(folder, "hook", limits.build_time)
    runner = Runner(ChildProcesses(), {"PATH": _PATH}, limits)
    runner([str(command)])


def _compiled(limits: Limits, folder: Path) -> None:
    python = _command(folder, "python", limits.compile_time)
    interpreter = Interpreter(executable=str(python), version="3.12.0")
    compile_tree(str(folder), interpreter, ChildProcesses(), limits)


def _git(limits: Limits, folder: Path) -> object:
    _command(folder, "git", limits.git_time)
    environment = {"PATH": str(folder)}
    return Git(ChildProcesses(), folder / "work", environment, limits).must("version")


def _submodules(limits: Limits, folder: Path) -> object:
    """A repository with a submodule that has one itself."""
    made = folder.parent / "made"
    if not made.exists():
        _nested(made)
    settings = GitSettings(environment={"PATH": _PATH}, limits=limits)
    repositories = GitRepositories(ChildProcesses(), folder, MemoryCacheLock(), settings)
    url = (made / "outer").as_uri()
    return repositories.submodules(url, repositories.resolve(url, None))


def _nested(folder: Path) -> None:
    inner, middle, outer = (Repository(folder / name) for name in ("inner", "middle", "outer"))
    inner.commit("1.0")
    for holder, held in ((middle, inner), (outer, middle)):
        allowed = ("-c", "protocol.file.allow=always")
        holder.git(*allowed, "submodule", "add", "--quiet", held.url, "sub")
        holder.commit("1.0")


def _keyring(limits: Limits, folder: Path) -> object:
    _command(folder, "keyring", limits.keyring_time)
    return Keyring({"PATH": str(folder)}, ChildProcesses(), limits).login("service", "me")


def _output(limits: Limits, _: Path) -> object:
    argv, environment = ("echo", "x" * 200), {"PATH": _PATH}
    command = CommandLine(argv=argv, environment=environment, directory="/", timeout=60)
    return len(ChildProcesses(limits.output_size).run(command).output)


def _secret(limits: Limits, _: Path) -> object:
    return MachineSecrets({"X": "x" * 100}, limits).read(VariableSecret("DB", "X"))


def _recipe(code: str, limits: Limits, folder: Path) -> object:
    conversations = ChildConversations(limits)
    file = folder / "strange_recipes.py"
    file.write_text(code)
    conversation = conversations.start(PurePath(sys.executable), ANSWERS)
    try:
        return conversation.ask(encode(Open(version=VERSION, file=str(file))))
    finally:
        conversations.close()


def _late_recipe(limits: Limits, folder: Path) -> object:
    seconds = 60 if limits.recipe_time < _SLOW else 0
    return _recipe(f"import time; time.sleep({seconds})", limits, folder)


def _long_recipe(limits: Limits, folder: Path) -> object:
    return _recipe("", limits, folder)


TRIALS: Mapping[str, Trial] = {
    "build_time": Trial(_build, 60, 0.3),
    "compile_time": Trial(_compiled, 60, 0.3),
    "git_time": Trial(_git, 60, 0.3),
    "submodule_depth": Trial(_submodules, 2, 1),
    "keyring_time": Trial(_keyring, 60, 0.3),
    "output_size": Trial(_output, 150, 100),
    "secret_size": Trial(_secret, 100, 99),
    "recipe_time": Trial(_late_recipe, 60, 0.3),
    "recipe_size": Trial(_long_recipe, 1000, 3),
}
PACED = ("output_size",)
