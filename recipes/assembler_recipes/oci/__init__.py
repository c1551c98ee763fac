"""Images of the application, for containers."""

from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    Needs,
    Outputs,
    Part,
    Place,
    Step,
    Text,
    WriteFile,
    quoted,
    relative_path,
)
from assembler_recipes.oci.containerfile import containerfile, ignored
from assembler_recipes.oci.options import OciOptions
from assembler_recipes.oci.values import shell_word, tag

_FILE = "Containerfile"
_IGNORES = ("Containerfile.containerignore", "Containerfile.dockerignore")
_UNPINNED = ("DL3008", "DL3013")
"""Rules of hadolint that want versions, which the user writes, or does not."""

_SCRIPT = """\
if command -v buildah >/dev/null; then
  exec buildah build --layers --ignorefile "$folder/Containerfile.containerignore" "$@"
elif command -v podman >/dev/null; then
  exec podman build --ignorefile "$folder/Containerfile.containerignore" "$@"
elif command -v docker >/dev/null; then
  export DOCKER_BUILDKIT=1
  exec docker build "$@"
fi
echo "none of buildah, podman and docker is installed" >&2
exit 1
"""


class Oci:
    """Writes a Containerfile, in which the application is built from its lock, and builds it.

    The image holds the store in a layer of its own, which changes only with the distributions.
    """

    options: type[OciOptions] = OciOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for values that can't be."""
        options = part.typed(OciOptions)
        _launcher(part)
        tag(part, options.tag)
        ignored(part)
        if not any(_refers(line) for line in (options.entrypoint, options.command)):
            containerfile(part)
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the Containerfile, beside which the ignore file is."""
        return {"path": Text((Place(root="part", part=part.name, path=_FILE),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Write and check the Containerfile, and make the launcher that builds the image."""
        launcher = _launcher(part)
        lines = Text.of(ignored(part))
        unpinned = (word for rule in _UNPINNED for word in ("--ignore", rule))
        words = ("--no-color", "--failure-threshold", "warning", *unpinned, _FILE)
        return (
            WriteFile(path=_FILE, content=Text.of(containerfile(part))),
            *(WriteFile(path=name, content=lines) for name in _IGNORES),
            WriteFile(path=launcher, content=_script(part), executable=True),
            CheckOutput(tool="hadolint", arguments=tuple(Text.of(word) for word in words)),
            Expose(path=launcher, target=launcher),
            *(
                Expose(path=f"etc/oci/{part.name}/{name}", target=name)
                for name in (_FILE, *_IGNORES)
            ),
        )


def _refers(line: Text | tuple[Text, ...] | None) -> bool:
    """Whether a command line refers to outputs that are known later."""
    words = (line,) if isinstance(line, Text) else line or ()
    return any(word.outputs for word in words)


def _launcher(part: Part) -> str:
    name = part.typed(OciOptions).launcher or f"build-{part.name}"
    origin = part.origin_of("launcher")
    if "/" in relative_path(name, origin):
        raise ConfigurationError(f"`{name}` can't be the name of a launcher", origin=origin)
    return f"bin/{name}"


def _script(part: Part) -> Text:
    """The script, which runs in the checkout; its arguments go to the tool."""
    name = shell_word(tag(part, part.typed(OciOptions).tag))
    own = quoted(Text((Place(root="stable", part=part.name),)))
    checkout = quoted(Text((Place(root="project"),)))
    return Text.of(
        Text.of("#!/bin/sh\nset -eu\nfolder=$(readlink -f ", own, ")\ncd ", checkout, "\n"),
        Text.of(f'set -- --tag {name} --file "$folder/{_FILE}" "$@" .\n', _SCRIPT),
    )


recipe = Oci()
