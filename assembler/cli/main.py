"""argv → exit code."""

import argparse
import errno
import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

from assembler import __version__
from assembler.cli.arguments import parse, parser
from assembler.cli.console import Console
from assembler.cli.endings import Ended, ending_signals, flush_streams, open_streams
from assembler.errors import (
    AssemblerError,
    Faults,
    MachineError,
    OfflineError,
    RaisedElsewhere,
    RecipeBug,
    UsageError,
)

OUT_OF_SPACE = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}


def script() -> NoReturn:
    """The `assemble` command.

    As it ends with the process, nobody looks for rings in what it leaves behind.
    """
    open_streams()
    code = main(sys.argv[1:])
    flush_streams()
    gc.freeze()
    sys.exit(code)


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; errors are told on standard error."""
    try:
        arguments = parse(argv)
    except UsageError as error:
        Console().error(error)
        return error.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    if arguments.command is None:
        parser().print_help()
        return 0
    console = Console(level=arguments.verbose - arguments.quiet, as_json=arguments.json)
    with ending_signals():
        return _guarded(arguments, console, argv)


def _guarded(arguments: argparse.Namespace, console: Console, argv: Sequence[str]) -> int:
    from assembler.cli.commands import run
    from assembler.cli.wiring import Wiring

    wiring = Wiring(arguments, console, argv)
    try:
        return run(arguments, wiring, console)
    except BaseException as error:  # noqa: BLE001 - whatever ends the command is told
        wiring.close()
        return _ended(_with_line(error, argv), console)
    finally:
        wiring.close()


def _with_line(error: BaseException, argv: Sequence[str]) -> BaseException:
    """What offline lacks, with the line to run where there is a network."""
    if isinstance(error, OfflineError):
        import shlex

        line = shlex.join(("assemble", *(word for word in argv if word != "--offline")))
        error.hints = (f"run `{line}` once with the network",)
    return error


def _ended(error: BaseException, console: Console) -> int:
    match error:
        case AssemblerError():
            return _told(error, console)
        case OSError():
            return _told(_machine_error(error), console)
        case Ended():
            return 128 + error.number
        case Exception():
            return _bug(error, console)
        case _:
            raise error


def _told(error: AssemblerError, console: Console) -> int:
    from assembler.cli.errors import error_document

    code = error.code if isinstance(error, Faults) else error.exit_code
    console.document(error_document(error, code))
    console.error(error)
    return code


def _machine_error(error: OSError) -> MachineError:
    """Word an error of the operating system."""
    reason = OUT_OF_SPACE.get(error.errno or 0) or error.strerror or str(error)
    place = f": `{error.filename}`" if error.filename else ""
    return MachineError(f"{reason[0].lower()}{reason[1:]}{place}")


def _bug(error: Exception, console: Console) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="assemble-", suffix=".traceback", delete=False
    ) as file:
        file.write(f"assemble {__version__}, Python {sys.version}\n")
        traceback.print_exception(error, file=file)
    raised = error.__cause__ if isinstance(error, RecipeBug) else error
    where = str(error) if isinstance(error, RecipeBug) else "a bug in assembler"
    elsewhere = isinstance(raised, RaisedElsewhere)
    told = AssemblerError(
        f"{where}: {raised if elsewhere else f'{type(raised).__name__}: {raised}'}",
        hints=(f"please report this bug with its traceback, `{file.name}`",),
    )
    return _told(told, console)
