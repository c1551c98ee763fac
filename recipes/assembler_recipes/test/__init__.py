"""Tests of a program, run in its own environment with a test runner beside it."""

import re
from collections.abc import Iterator

from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    GroupRequest,
    KeepDirectory,
    Launcher,
    LinkWheels,
    Needs,
    Outputs,
    Part,
    Place,
    ProgramOf,
    ProgramRequest,
    Root,
    RunModule,
    Step,
    Text,
    WriteFile,
    is_variable,
    launcher_script,
    program_name,
    relative_path,
    split_words,
)
from assembler_recipes.test.options import ProgramTestsOptions
from assembler_recipes.test.runners import Runner, runner

_NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")
_FOLDER = "zope.testrunner"


class ProgramTests:
    """Makes a launcher that runs a program's tests, with the distributions that it is built of.

    `${parts.X.bin.X}` runs them. `${parts.X.junit}` is the report, where `junit` asks for one.
    """

    options: type[ProgramTestsOptions] = ProgramTestsOptions

    def declare(self, part: Part) -> Needs:
        """The program and what the tests need besides. Raises `ConfigurationError`."""
        options = part.typed(ProgramTestsOptions)
        _check(part)
        origin = part.origin_of("program")
        runs = (Root(text, part.origin_of("runner")) for text in _runner(options).requires)
        needed = (
            Root(text, part.origin_of("requires", position))
            for position, text in enumerate(options.requires)
        )
        groups = (
            GroupRequest.parsed(text, part.origin_of("groups", position))
            for position, text in enumerate(options.groups)
        )
        request = ProgramRequest(
            name=program_name(part.name),
            roots=(*runs, *needed),
            groups=tuple(groups),
            extends=ProgramOf(options.program, origin),
        )
        return Needs(programs=(request,))

    def outputs(self, part: Part) -> Outputs:
        """`junit`: the report."""
        report = _report(part)
        return {} if report is None else {"junit": Text((Place("prefix", report),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """The environment, the launcher, and the folder of the report."""
        [program] = assembled.programs.values()
        path = f"bin/{_name(part)}"
        content = launcher_script(_launcher(part), program.python.minor)
        return (
            LinkWheels(
                python=program.python,
                wheels=program.wheels,
                links=tuple(link for link in program.links if link.path != path),
            ),
            WriteFile(path=path, content=content, executable=True),
            _starts(part),
            *_kept(part),
            Expose(path=path, target=path),
        )


def _check(part: Part) -> None:
    options, name = part.typed(ProgramTestsOptions), _name(part)
    _launcher(part)
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a launcher", origin=part.origin_of("launcher")
        )
    for variable in options.env:
        if not is_variable(variable):
            raise ConfigurationError(
                f"`{variable}` is no name of an environment variable",
                origin=part.origin_of("env", variable),
            )
    for position, each in enumerate(options.paths):
        relative_path(each, part.origin_of("paths", position))
    if options.runner == "unittest" and len(options.paths) > 1:
        raise ConfigurationError(
            "`unittest` discovers tests in one folder",
            origin=part.origin_of("paths"),
            hints=("name the folder above them",),
        )


def _name(part: Part) -> str:
    return part.typed(ProgramTestsOptions).launcher or part.name


def _runner(options: ProgramTestsOptions) -> Runner:
    return runner(options.runner, reports=options.junit is not None)


def _report(part: Part) -> str | None:
    junit = part.typed(ProgramTestsOptions).junit
    if junit is None:
        return None
    path = relative_path(junit, part.origin_of("junit"))
    if not path.startswith("var/"):
        raise ConfigurationError(
            f"`{junit}` is not in `var`, where what outlasts builds is",
            origin=part.origin_of("junit"),
            hints=(f"write `var/{path}`",),
        )
    return path


def _kept(part: Part) -> Iterator[Step]:
    report = _report(part)
    if report is not None:
        folder = part.typed(ProgramTestsOptions).runner == _FOLDER
        yield KeepDirectory(path=report if folder else report.rpartition("/")[0])


def _launcher(part: Part) -> Launcher:
    options = part.typed(ProgramTestsOptions)
    runs, arguments = _runner(options), tuple(_arguments(part))
    return Launcher(
        start=RunModule(module=runs.module),
        arguments=arguments,
        environment=tuple(sorted(options.env.items(), key=lambda variable: variable[0])),
        initialisation=runs.initialisation(arguments, options.paths),
        directory=_directory(part),
    )


def _arguments(part: Part) -> Iterator[Text]:
    options, report = part.typed(ProgramTestsOptions), _report(part)
    if report is not None:
        option = _runner(options).report
        yield Text.of(f"{option}=", Place("prefix", report))
    if options.runner == _FOLDER:
        yield from (Text.of(f"--path={path}") for path in options.paths)
    if isinstance(options.args, tuple):
        yield from options.args
        return
    try:
        yield from split_words(options.args)
    except ValueError as error:
        raise ConfigurationError(
            f"the arguments can't be split: {error}", origin=part.origin_of("args")
        ) from error


def _directory(part: Part) -> Text:
    directory = part.typed(ProgramTestsOptions).directory
    written = directory.literal
    if written is None or written.startswith("/"):
        return directory
    path = relative_path(written, part.origin_of("directory")) if written else ""
    return Text((Place("project", path),))


def _starts(part: Part) -> Step:
    """Let the runner start, with all that it loads by itself."""
    python = Text((Place("part", "bin/python", part.name),))
    module = _runner(part.typed(ProgramTestsOptions)).module
    return CheckOutput(
        tool="env",
        arguments=(python, *(Text.of(word) for word in ("-s", "-m", module, "--help"))),
    )


recipe = ProgramTests()
