import re
from pathlib import Path, PurePath
from typing import Any

import pytest
from assembler_recipes.oci import recipe
from assembler_recipes.oci.options import OciOptions

from assembler.adapters.plugins import recipes
from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    Needs,
    Output,
    Place,
    Secret,
    Step,
    Text,
    WriteFile,
)
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from assembler.model.text import Piece, unquoted
from tests.recipes.parts import TARGET, part, text

DIGEST = f"sha256:{'a' * 64}"
BASE = f"docker.io/library/python@{DIGEST}"


def steps(**options: Any) -> tuple[Step, ...]:
    made = part(OciOptions(**{"base": BASE, **options}), "image")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET))


def files(**options: Any) -> dict[str, str]:
    made = (step for step in steps(**options) if isinstance(step, WriteFile))
    return {step.path: "".join(shown(piece) for piece in step.content.pieces) for step in made}


def shown(piece: Piece) -> str:
    place = unquoted(piece)
    if isinstance(place, Place):
        return f"<'{place.root}:{place.path}'>"
    assert isinstance(piece, str)
    return piece


def lines(**options: Any) -> list[str]:
    """The Containerfile, its continued lines joined."""
    return files(**options)["Containerfile"].replace(" \\\n   ", "").splitlines()


def failure(**options: Any) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(**options)
    return caught.value


def test_the_application_is_built_in_a_stage_of_its_own():
    assert (
        files(programs=("app",), entrypoint=text("web"), user="shop")["Containerfile"]
        == f"""\
# Made by assembler from its part image.
FROM {BASE} AS build
RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked \\
    --mount=type=secret,id=pip,target=/etc/pip.conf \\
    python3 -m venv /opt/assembler && \\
    /opt/assembler/bin/python -m pip install --disable-pip-version-check 'assembler'
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/var/cache/assembler,sharing=locked \\
    --mount=type=secret,id=assembler,target=/root/.config/assembler/config.toml \\
    ASSEMBLER_CACHE=/var/cache/assembler \\
    /opt/assembler/bin/assemble build --prefix /app 'app'
RUN mkdir -p /app/var /layers && \\
    rm -rf /app/.assembly/lock /app/.assembly/log && \\
    mv /app/.assembly/store /app/var /layers/ && \\
    find /app /layers -exec touch -h -d @315532800 {{}} +

FROM {BASE}
RUN id -u shop >/dev/null 2>&1 || \\
    useradd --system --user-group --no-create-home --home-dir /app \\
    --shell /usr/sbin/nologin shop
COPY --from=build /layers/store /app/.assembly/store
COPY --from=build /app /app
COPY --from=build --chown=shop:shop /layers/var /app/var
WORKDIR /app
USER shop
ENTRYPOINT ["/app/bin/web"]
"""
    )


def test_packages_are_installed_where_they_are_needed():
    found = lines(apt=("libpq5", "curl", "libpq5"), build_apt=("gcc=4:12.*", "libpq-dev"))
    first, second = (line for line in found if "apt-get install" in line)
    assert first.endswith("--no-install-recommends gcc=4:12.* libpq-dev")
    assert second.endswith("--no-install-recommends curl libpq5")
    assert found.index(first) < found.index("COPY . .") < found.index(second)


def test_an_image_to_build_in_can_be_another():
    other = f"localhost:5000/builder:3.12-slim@{DIGEST}"
    found = lines(build_base=other)
    assert f"FROM {other} AS build" in found
    assert f"FROM {BASE}" in found


def test_settings_are_quoted():
    found = lines(
        env={"B": 'a "$b" \\', "A": "1"},
        labels={"org.example.title": "it's $5"},
        ports=(8080, "53/udp"),
        workdir="/app/var",
        entrypoint=(text("/bin/sh"), text("-c"), text('exec "$0"')),
        command=text("a 'b c'"),
        prefix="/srv/app",
    )
    start = found.index('ENV A="1"')
    assert found[start:] == [
        'ENV A="1"',
        'ENV B="a \\"\\$b\\" \\\\"',
        'LABEL org.example.title="it\'s \\$5"',
        "EXPOSE 8080",
        "EXPOSE 53/udp",
        "WORKDIR /app/var",
        'ENTRYPOINT ["/bin/sh", "-c", "exec \\"$0\\""]',
        'CMD ["a", "b c"]',
    ]


def test_paths_of_parts_are_those_in_the_image():
    line = (
        text(Place(root="part", part="app", path="bin/web")),
        text("--to=", Place(root="prefix", path="var/x")),
        text(Place(root="prefix")),
    )
    assert lines(command=line)[-1] == (
        'CMD ["/app/.assembly/current/parts/app/bin/web", "--to=/app/var/x", "/app"]'
    )
    assert lines(command=text("web now"))[-1] == 'CMD ["/app/bin/web", "now"]'


@pytest.mark.parametrize(
    ("user", "owner", "runs"),
    [(1000, "1000:1000", "1000:1000"), ("nobody:nogroup", "nobody:nogroup", "nobody:nogroup")],
)
def test_users_may_be_there_already(user: str | int, owner: str, runs: str):
    found = lines(user=user)
    assert f"COPY --from=build --chown={owner} /layers/var /app/var" in found
    assert f"USER {runs}" in found
    assert not any("useradd" in line for line in found)


def test_what_is_built_is_chosen():
    def command(**options: Any) -> str:
        [line] = (line for line in lines(**options) if "assemble build" in line)
        return line.partition("assemble build ")[2]

    assert command() == "--prefix /app"
    assert command(only="production", file="a b.toml") == (
        "--prefix /app --file 'a b.toml' --only 'production'"
    )
    assert command(programs=("a", "it's")) == "--prefix /app 'a' 'it'\"'\"'s'"


def test_assembler_is_installed_from_where_one_says():
    assert any(line.endswith(" 'assembler>=1,<2'") for line in lines(assembler="assembler>=1,<2"))
    found = lines(assembler="./dist/assembler-1.0-py3-none-any.whl")
    assert "COPY dist/assembler-1.0-py3-none-any.whl /wheels/" in found
    assert any(line.endswith(" '/wheels/assembler-1.0-py3-none-any.whl'") for line in found)


def test_the_tool_that_is_there_builds_it():
    script = files(tag="shop:1")["bin/build-image"]
    assert script.startswith(
        """\
#!/bin/sh
set -eu
folder=$(readlink -f <'stable:'>)
cd <'project:'>
set -- --tag 'shop:1' --file "$folder/Containerfile" "$@" .
"""
    )
    made = steps(launcher="pack")
    assert [step.path for step in made if isinstance(step, Expose)] == [
        "bin/pack",
        "etc/oci/image/Containerfile",
        "etc/oci/image/Containerfile.containerignore",
        "etc/oci/image/Containerfile.dockerignore",
    ]
    assert [step.tool for step in made if isinstance(step, CheckOutput)] == ["hadolint"]
    assert recipe.outputs(part(OciOptions(base=BASE), "image")) == {
        "path": text(Place(root="part", part="image", path="Containerfile"))
    }


def test_what_is_ignored_can_be_said():
    made = files(ignore=("data", "!data/needed"))
    assert made["Containerfile.dockerignore"] == made["Containerfile.containerignore"]
    assert made["Containerfile.dockerignore"].startswith(".git\n")
    assert made["Containerfile.dockerignore"].endswith("\ndata\n!data/needed\n")


def test_an_image_has_a_digest():
    error = failure(base="python:3.12-slim")
    assert error.message == (
        "`python:3.12-slim` has no digest, so that it can be another image tomorrow"
    )
    assert error.hints == (
        "write `python:3.12-slim@sha256:…`",
        "`skopeo inspect --format '{{.Digest}}' docker://python:3.12-slim` tells the digest",
    )


def test_a_command_that_refers_to_an_output_is_checked_when_that_is_known():
    options = OciOptions(base=BASE, entrypoint=Text((Output("app", ("path",)),)))
    assert recipe.declare(part(options, "image")) == Needs()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base": "a b"}, "`a b` can't be an image"),
        ({"build_base": "gcc"}, "`gcc` has no digest, so that it can be another image tomorrow"),
        ({"apt": ("a; b",)}, "`a; b` can't be a Debian package"),
        ({"prefix": "app"}, "`app` can't be a folder of the image"),
        ({"prefix": "/a/../b"}, "`/a/../b` can't be a folder of the image"),
        ({"workdir": "/a $b"}, "`/a $b` can't be a folder of the image"),
        ({"user": "a b"}, "`a b` can't be a user"),
        ({"user": "a:"}, "`a:` can't be a user"),
        ({"ports": ("http",)}, "`http` can't be a port"),
        ({"ports": (70000,)}, "`70000` can't be a port"),
        ({"tag": "Shop"}, "`Shop` can't be an image's name"),
        ({"env": {"A-B": ""}}, "`A-B` can't be a variable"),
        ({"labels": {"a b": ""}}, "`a b` can't be a label"),
        ({"env": {"A": "a\nb"}}, "`A` can't hold a line break or another control character"),
        (
            {"programs": ("a",), "only": "b"},
            "an image has `programs` or `only`, as both say what it holds",
        ),
        ({"file": "../a.toml"}, "`../a.toml` leads out of its folder"),
        ({"file": "a\u2028b"}, "`a\u2028b` is no path"),
        ({"assembler": "--pre"}, "`--pre` can't be a requirement"),
        ({"assembler": "a b.whl"}, "`a b.whl` can't be a wheel"),
        ({"ignore": ("a\nb",)}, "a line of an ignore file is one line"),
        ({"launcher": "a/b"}, "`a/b` can't be the name of a launcher"),
        ({"entrypoint": ()}, "the command line is empty"),
        (
            {"entrypoint": Text((Secret("P"),))},
            "a command of an image holds text, and paths of parts",
        ),
        (
            {"command": text(Place(root="project", path="x"))},
            "a command of an image holds text, and paths of parts",
        ),
    ],
)
def test_what_can_not_be_is_told(options: dict[str, Any], message: str):
    assert failure(**options).message == message


def test_the_page_on_images_shows_what_is_made():
    page = (Path(__file__).parents[2] / "docs/how-to/build-an-image.md").read_text()
    [assembly] = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [shown] = re.findall(r"^```dockerfile\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    project = load(
        compose([parse(assembly, "assembly.toml")]),
        recipes=recipes(),
        folder=PurePath("/project"),
        environment={},
    )
    [made] = (part for name, part in project.parts.items() if name == "image")
    [containerfile, *_] = recipe.realise(made, Assembled(target=TARGET))
    assert isinstance(containerfile, WriteFile)
    assert containerfile.content.literal == shown
