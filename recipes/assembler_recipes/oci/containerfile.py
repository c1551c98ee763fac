"""The text of a Containerfile, and of what is ignored."""

from collections.abc import Iterator, Sequence

from assembler.api import ConfigurationError, Part
from assembler_recipes.oci.options import OciOptions
from assembler_recipes.oci.values import (
    assignments,
    checkout_path,
    command_line,
    folder,
    image,
    packages,
    port,
    shell_word,
    user,
)

_APT = """\
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\
    apt-get update && \\
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
"""
_INSTALL = """\
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked \\
    --mount=type=secret,id=pip,target=/etc/pip.conf \\
    python3 -m venv /opt/assembler && \\
    /opt/assembler/bin/python -m pip install --disable-pip-version-check {wanted}
"""
_BUILD = """\
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/var/cache/assembler,sharing=locked \\
    --mount=type=secret,id=assembler,target=/root/.config/assembler/config.toml \\
    ASSEMBLER_CACHE=/var/cache/assembler \\
    /opt/assembler/bin/assemble build {arguments}
RUN mkdir -p {prefix}/var /layers && \\
    rm -rf {prefix}/.assembly/lock {prefix}/.assembly/log && \\
    mv {prefix}/.assembly/store {prefix}/var /layers/ && \\
    find {prefix} /layers -exec touch -h -d @315532800 {{}} +
"""
_USER = """\
RUN id -u {name} >/dev/null 2>&1 || \\
    useradd --system --user-group --no-create-home --home-dir {prefix} \\
    --shell /usr/sbin/nologin {name}
"""
_IGNORED = """\
.git
.hg
.svn
**/.assembly
**/__pycache__
**/*.py[co]
**/node_modules
**/.venv
**/.nox
**/.tox
**/.mypy_cache
**/.pytest_cache
**/.ruff_cache
**/.env
build
build-*
assembly.local.toml
"""


def containerfile(part: Part) -> str:
    """The Containerfile. Raises `ConfigurationError` for values that can't be."""
    options = part.typed(OciOptions)
    base = image(options.base, part.origin_of("base"))
    building = base
    if options.build_base is not None:
        building = image(options.build_base, part.origin_of("build-base"))
    stages = (
        ("# Made by assembler from its part ", part.name, ".\n"),
        (f"FROM {building} AS build\n", *_apt(part, "build-apt", options.build_apt)),
        (*_install(part), *_build(part)),
        (f"\nFROM {base}\n", *_apt(part, "apt", options.apt), *_contents(part)),
        (*_settings(part), *_run(part)),
    )
    return "".join(text for stage in stages for text in stage)


def ignored(part: Part) -> str:
    """The ignore file."""
    lines = part.typed(OciOptions).ignore
    for position, line in enumerate(lines):
        if not line.isprintable():
            raise ConfigurationError(
                "a line of an ignore file is one line", origin=part.origin_of("ignore", position)
            )
    return _IGNORED + "".join(f"{line}\n" for line in lines)


def _apt(part: Part, key: str, written: Sequence[str]) -> Iterator[str]:
    names = packages(part, key, written)
    if names:
        yield _APT + " \\\n".join(f"    {name}" for name in names) + "\n"


def _install(part: Part) -> Iterator[str]:
    """Install assembler in an environment of its own."""
    wanted = part.typed(OciOptions).assembler
    if wanted.endswith(".whl") and "://" not in wanted:
        path = checkout_path(part, "assembler", wanted)
        name = path.rpartition("/")[2]
        if not all(each.isalnum() or each in "/._+-" for each in path):
            raise ConfigurationError(
                f"`{wanted}` can't be a wheel", origin=part.origin_of("assembler")
            )
        yield f"COPY {path} /wheels/\n"
        wanted = f"/wheels/{name}"
    elif not wanted or not wanted.isprintable() or wanted.startswith("-"):
        raise ConfigurationError(
            f"`{wanted}` can't be a requirement", origin=part.origin_of("assembler")
        )
    yield _INSTALL.format(wanted=shell_word(wanted))


def _build(part: Part) -> Iterator[str]:
    options = part.typed(OciOptions)
    if options.programs and options.only is not None:
        raise ConfigurationError(
            "an image has `programs` or `only`, as both say what it holds",
            origin=part.origin_of("only"),
        )
    prefix = folder(part, "prefix", options.prefix)
    words = ["--prefix", prefix]
    file = checkout_path(part, "file", options.file)
    if file != "assembly.toml":
        words += ["--file", shell_word(file)]
    if options.only is not None:
        words += ["--only", shell_word(options.only)]
    words += [shell_word(name) for name in options.programs]
    yield _BUILD.format(arguments=" ".join(words), prefix=prefix)


def _contents(part: Part) -> Iterator[str]:
    """The layers: the store, which changes rarely, the rest, and state, which is the user's."""
    options = part.typed(OciOptions)
    prefix, owner = options.prefix, ""
    if options.user is not None:
        name, group = user(part, options.user)
        owner = f"--chown={name}:{group or name} "
        if not group:
            yield _USER.format(name=name, prefix=prefix)
    yield f"COPY --from=build /layers/store {prefix}/.assembly/store\n"
    yield f"COPY --from=build {prefix} {prefix}\n"
    yield f"COPY --from=build {owner}/layers/var {prefix}/var\n"


def _settings(part: Part) -> Iterator[str]:
    options = part.typed(OciOptions)
    yield from (f"ENV {each}\n" for each in assignments(part, "env", options.env))
    yield from (f"LABEL {each}\n" for each in assignments(part, "labels", options.labels))
    for position, each in enumerate(options.ports):
        yield f"EXPOSE {port(each, part.origin_of('ports', position))}\n"


def _run(part: Part) -> Iterator[str]:
    options = part.typed(OciOptions)
    prefix = options.prefix
    yield f"WORKDIR {folder(part, 'workdir', options.workdir or prefix)}\n"
    if options.user is not None:
        name, group = user(part, options.user)
        yield f"USER {name}:{group}\n" if group else f"USER {name}\n"
    if options.entrypoint is not None:
        line = command_line(part, "entrypoint", options.entrypoint, prefix, launches=True)
        yield f"ENTRYPOINT {line}\n"
    if options.command is not None:
        launches = options.entrypoint is None
        line = command_line(part, "command", options.command, prefix, launches=launches)
        yield f"CMD {line}\n"
