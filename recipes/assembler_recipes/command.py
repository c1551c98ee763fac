"""Commands: whatever else must run while an assembly is built."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import (
    Assembled,
    AtDeployment,
    ConfigurationError,
    Expose,
    FileDigest,
    Needs,
    Outputs,
    Part,
    Place,
    RunAtDeployment,
    RunCommand,
    Shown,
    Step,
    Text,
    Undo,
    command_words,
    relative_path,
    shown_outputs,
)


class CommandOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A command line, what it reads, and what it makes."""

    run: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="The command line: an array, or a string that is split into words as "
            "`sh` would, and never given to a shell."
        ),
    ] = None
    shell: Annotated[
        Text | None,
        msgspec.Meta(
            description="Instead of `run`: a script for `/bin/sh`, which stops at the first "
            "command that fails. References are put in as they are: quote them."
        ),
    ] = None
    inputs: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="The project's files that it reads, as paths or globs: if one changes, "
            "it runs again."
        ),
    ] = ()
    outputs: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="The files and folders that it makes in its working directory, "
            "`${self.out}`: all of them, and no others."
        ),
    ] = ()
    undo: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="A command line, written like `run`, that undoes what it did outside of "
            "its working directory: it runs when the part goes or before it runs again, in "
            "that directory, with the same `env`, and with what held when the part was built."
        ),
    ] = None
    at: Annotated[
        Literal["build", "deploy"],
        msgspec.Meta(
            description="When it runs: while the part is built, or when it is deployed, once "
            "after each change of the part; then in the prefix, and without `outputs`."
        ),
    ] = "build"
    expose: Annotated[
        Shown,
        msgspec.Meta(
            description="Outputs to show in the prefix: their paths, or a table of a path below "
            "the prefix to an output."
        ),
    ] = ()
    env: Annotated[
        Mapping[str, Text], msgspec.Meta(description="Environment variables for it.")
    ] = {}
    timeout: Annotated[float, msgspec.Meta(description="How long it may take, in seconds.")] = (
        3600.0
    )


class Command:
    """Runs a command in the part's own directory, and again when its line or inputs change.

    `${parts.X.path}` is its first output. A command that is undone may have none.
    """

    options: type[CommandOptions] = CommandOptions

    def declare(self, part: Part) -> Needs:
        """The files that it reads. Raises `ConfigurationError` for paths that lead out."""
        options = part.typed(CommandOptions)
        if (options.run is None) == (options.shell is None):
            raise ConfigurationError(
                f"part `{part.name}` must have one of `run` and `shell`", origin=part.origin
            )
        if options.at == "deploy" and (options.outputs or options.expose):
            key = "outputs" if options.outputs else "expose"
            raise ConfigurationError(
                f'`{key}` does not go with `at = "deploy"`', origin=part.origin_of(key)
            )
        if options.at == "deploy" and options.undo is not None:
            raise ConfigurationError(
                '`undo` does not go with `at = "deploy"`', origin=part.origin_of("undo")
            )
        if options.timeout <= 0:
            raise ConfigurationError(
                "`timeout` must be more than nothing", origin=part.origin_of("timeout")
            )
        if options.at == "build":
            shown_outputs(part, options.expose, _outputs(part))
        inputs = (
            relative_path(pattern, part.origin_of("inputs", position))
            for position, pattern in enumerate(options.inputs)
        )
        return Needs(files=tuple(inputs))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the first of its outputs, if it has any."""
        if part.typed(CommandOptions).at == "deploy":
            return {}
        made = _outputs(part)
        return {"path": Text((Place("part", made[0], part.name),))} if made else {}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Run it, and show what `expose` says."""
        options = part.typed(CommandOptions)
        inputs = tuple(sorted(FileDigest(*file) for file in assembled.files.items()))
        if options.at == "deploy":
            action = RunAtDeployment(
                command=_command_line(part, options),
                environment=options.env,
                inputs=inputs,
                timeout=options.timeout,
            )
            return (AtDeployment(action=action),)
        outputs = _outputs(part)
        run = RunCommand(
            argv=_command_line(part, options),
            environment=options.env,
            inputs=inputs,
            outputs=outputs,
            timeout=options.timeout,
        )
        exposed = shown_outputs(part, options.expose, outputs)
        shown = (Expose(path=path, target=exposed[path]) for path in sorted(exposed))
        return (run, *shown, *_undo(part, options))


def _undo(part: Part, options: CommandOptions) -> Iterator[Undo]:
    if options.undo is not None:
        argv = command_words(options.undo, part.origin_of("undo"))
        yield Undo(argv=argv, environment=options.env, timeout=options.timeout)


def _command_line(part: Part, options: CommandOptions) -> tuple[Text, ...]:
    if options.shell is not None:
        return (Text(("/bin/sh",)), Text(("-ec",)), options.shell)
    return command_words(options.run or (), part.origin_of("run"))


def _outputs(part: Part) -> tuple[str, ...]:
    options = part.typed(CommandOptions)
    if not options.outputs and options.undo is None:
        raise ConfigurationError(
            f"part `{part.name}` has no `outputs`", origin=part.origin_of("outputs")
        )
    return tuple(
        relative_path(path, part.origin_of("outputs", position))
        for position, path in enumerate(options.outputs)
    )


recipe = Command()
