"""The commands: each calls its use case and words the outcome."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from assembler.cli import authoring, cleaning
from assembler.cli.console import Console
from assembler.cli.wiring import Wiring
from assembler.errors import DueError, UsageError

if TYPE_CHECKING:
    from assembler.app.current import Current
    from assembler.app.options import BuildOptions

Command = Callable[[argparse.Namespace, Wiring, Console], int]


def run(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    """Run the command that the arguments name, and return its exit code."""
    return COMMANDS[arguments.command](arguments, wiring, console)


def _lock(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    if arguments.check:
        return _lock_check(wiring, console)
    if arguments.seeds and arguments.upgrade is not None:
        raise UsageError("`--from` and `--upgrade` can't go together")
    seeds = wiring.named(arguments.seeds) if arguments.seeds else None
    _make_lock(wiring, console, arguments.upgrade, seeds)
    return 0


def _make_lock(
    wiring: Wiring, console: Console, upgrade: list[str] | None, seeds: PurePath | None = None
) -> None:
    from assembler.app.lock import lock
    from assembler.cli import lock_report as report

    upgraded = None if upgrade is None else tuple(upgrade)
    outcome = lock(wiring.checkout, wiring, upgrade=upgraded, seeds=seeds)
    wiring.reporter.close()
    for line in report.changes(outcome.changes):
        console.say(line)
    for line in report.held(outcome.held, every=console.level > 0):
        console.say(line)
    console.say(report.locked(outcome))
    console.document(report.locked_document(outcome))


def _lock_check(wiring: Wiring, console: Console) -> int:
    from assembler.app.lock_check import check

    with wiring.watching():
        name = check(wiring.checkout, wiring)
    console.say(f"{name} is fresh")
    console.document({"changed": False, "fresh": True})
    wiring.remember()
    return 0


def _options(arguments: argparse.Namespace) -> "BuildOptions":
    from assembler.app.options import BuildOptions

    return BuildOptions(
        parts=tuple(arguments.parts),
        target=arguments.target,
        only=_selection(arguments.only),
        editable=not arguments.no_editable and arguments.prefix is None,
    )


def _selection(names: Sequence[str]) -> str | None:
    if len(names) > 1:
        raise UsageError(
            "`--only` takes one selection",
            hints=("a selection of `[assembly.select]` may name others",),
        )
    return names[0] if names else None


def _plan(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.plan import plan
    from assembler.cli import report

    planned = plan(wiring.checkout, wiring, _options(arguments))
    wiring.reporter.close()
    console.result(report.plan(planned))
    console.document(report.plan_document(planned))
    if arguments.check and planned.changes:
        return _due(console, "something is due", "`assemble build` does it")
    return 0


def _due(console: Console, message: str, hint: str) -> int:
    """Tell that something is due; the document is printed already."""
    console.error(DueError(message, hints=(hint,)))
    return DueError.exit_code


def _build(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.current import nothing_due

    options = _options(arguments)
    with wiring.watching():
        found = nothing_due(wiring.checkout, wiring, options)
    if found:
        _built_before(found, arguments, wiring, console)
    else:
        _build_anew(options, arguments, wiring, console)
    return 0


def _built_before(
    found: "Current", arguments: argparse.Namespace, wiring: Wiring, console: Console
) -> None:
    live = _live(found.prefix, wiring) if arguments.live else ()
    for path in live:
        console.say(f"wrote {path}")
    if not live:
        console.say("nothing to do")
    console.document(
        {
            "changed": bool(live),
            "generation": found.generation,
            "prefix": found.prefix,
            "built": [],
            "removed": [],
            "live": live,
        }
    )
    if not arguments.live:
        wiring.remember()


def _build_anew(
    options: "BuildOptions", arguments: argparse.Namespace, wiring: Wiring, console: Console
) -> None:
    from assembler.app.build import build
    from assembler.cli import report

    if arguments.lock:
        _make_lock(wiring, Console(level=console.level), None)
        wiring.begin()
    built = build(
        wiring.checkout,
        wiring,
        options,
        live=arguments.live,
        forget_undo=arguments.forget_undo,
    )
    wiring.reporter.close()
    for line in report.built(built):
        console.say(line)
    console.document(report.built_document(built))


def _live(prefix: str, wiring: Wiring) -> tuple[str, ...]:
    """Write the live files of a build that is current."""
    from assembler.app.live import write_current

    return write_current(PurePath(prefix), wiring).paths


def _run(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.prefixes import built_prefix
    from assembler.app.run import find_launcher
    from assembler.app.status import is_current

    prefix = built_prefix(wiring.checkout, wiring)
    launcher = find_launcher(prefix, arguments.launcher, wiring.files)
    if is_current(wiring.checkout, wiring, prefix) is False:
        console.warn("the build is not current; `assemble build` makes it so")
    os.execv(launcher, [str(launcher), *arguments.arguments])  # noqa: S606 - this is what run is


def _status(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.status import status
    from assembler.cli import report

    found = status(wiring.checkout, wiring)
    console.result(report.status(found))
    console.document(report.status_document(found))
    if arguments.check and found.current is False:
        return _due(console, "the build is not current", "`assemble build` makes it so")
    return 0


def _verify(_arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.prefixes import built_prefix
    from assembler.app.verify import verify

    count = verify(built_prefix(wiring.checkout, wiring), wiring)
    console.say(f"{count} files are as they were built")
    console.document({"changed": False, "files": count})
    return 0


def _rollback(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.prefixes import built_prefix
    from assembler.app.rollback import rollback

    prefix = built_prefix(wiring.checkout, wiring)
    number = rollback(prefix, arguments.generation, wiring)
    console.say(f"generation {number} is current")
    if arguments.deploy:
        return _deployed(prefix, arguments, wiring, console)
    console.document({"changed": True, "generation": number})
    return 0


def _deploy(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.prefixes import built_prefix

    return _deployed(built_prefix(wiring.checkout, wiring), arguments, wiring, console)


def _deployed(
    prefix: PurePath, arguments: argparse.Namespace, wiring: Wiring, console: Console
) -> int:
    """Deploy, or undeploy, what a prefix has, and tell what was done."""
    from assembler.app import deploy as deployment
    from assembler.cli import deployment as wording

    root = getattr(arguments, "root", None)
    check = getattr(arguments, "check", False)
    dry = getattr(arguments, "dry_run", False) or check
    act = deployment.undeploy if arguments.command == "undeploy" else deployment.deploy
    outcome = act(prefix, wiring, root=str(wiring.named(root)) if root else None, dry=dry)
    wiring.reporter.close()
    for line in wording.deployment(outcome, dry=dry):
        console.say(line)
    console.document(wording.deployment_document(outcome, dry=dry))
    if check and outcome.changed:
        return _due(console, "something is due", "`assemble deploy` does it")
    return 0


def _outdated(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.outdated import due, outdated
    from assembler.cli import newer

    found = outdated(wiring.checkout, wiring)
    wiring.reporter.close()
    console.result(newer.outdated(found))
    console.document(newer.outdated_document(found))
    if arguments.check and due(found):
        return _due(console, "there are newer versions", "`assemble lock --upgrade` takes them")
    return 0


def _why(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.why import why
    from assembler.cli import report

    found = why(wiring.checkout, wiring, arguments.name)
    console.result(report.why(found))
    console.document(report.why_document(found))
    return 0


def _tree(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.tree import tree
    from assembler.cli import trees

    found = tree(wiring.checkout, wiring, arguments.part)
    console.result(trees.trees(found))
    console.document(trees.trees_document(found))
    return 0


def _export(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.export import ExportRequest, export

    path = wiring.named(arguments.output) if arguments.output else None
    outcome = export(
        wiring.checkout,
        wiring,
        ExportRequest(
            format=arguments.format, program=arguments.program, target=arguments.target, path=path
        ),
    )
    for command in outcome.left_out:
        console.warn(f"left out, since it has no hash; install it with `{command}`")
    if path is None:
        console.result(outcome.text.removesuffix("\n"))
    else:
        console.say(f"{'wrote' if outcome.changed else 'unchanged:'} {arguments.output}")
    console.document(
        {
            "changed": outcome.changed,
            "program": outcome.program,
            "target": outcome.target,
            "left_out": list(outcome.left_out),
            **({"text": outcome.text} if path is None else {"file": arguments.output}),
        }
    )
    return 0


def _config(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.config import shown

    if arguments.diff:
        return _config_diff(arguments, wiring, console)
    found = shown(wiring.checkout, wiring, arguments.key, origins=arguments.origins)
    console.result(found.text)
    console.document(msgspec.to_builtins(found.document))
    return 0


def _config_diff(arguments: argparse.Namespace, wiring: Wiring, console: Console) -> int:
    from assembler.app.config_diff import compared
    from assembler.cli import differences

    if arguments.origins:
        raise UsageError("`--diff` and `--origins` can't go together")
    found = compared(wiring.checkout, wiring, wiring.named(arguments.diff), arguments.key)
    if text := differences.told(found, wiring.checkout.file, arguments.diff):
        console.result(text)
    console.document(differences.document(found))
    return 0


def _completion(arguments: argparse.Namespace, _wiring: Wiring, console: Console) -> int:
    from assembler.cli.completion import completion

    console.result(completion(arguments.shell))
    return 0


COMMANDS: Mapping[str, Command] = {
    "init": authoring.init,
    "add": authoring.add,
    "remove": authoring.remove,
    "lock": _lock,
    "plan": _plan,
    "build": _build,
    "run": _run,
    "status": _status,
    "verify": _verify,
    "rollback": _rollback,
    "clean": cleaning.clean,
    "deploy": _deploy,
    "undeploy": _deploy,
    "tree": _tree,
    "why": _why,
    "outdated": _outdated,
    "export": _export,
    "cache": cleaning.cache,
    "config": _config,
    "graph": authoring.graph,
    "recipes": authoring.recipes,
    "schema": authoring.schema,
    "completion": _completion,
}
