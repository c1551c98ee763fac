"""The options of an image."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from assembler.api import Text, part_name


class OciOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """An image that holds the application, built in the checkout."""

    base: Annotated[
        str,
        msgspec.Meta(
            description="The image to start from, with its digest: "
            "`docker.io/library/python@sha256:…`. It has the programs' Python."
        ),
    ]
    build_base: Annotated[
        str | None,
        msgspec.Meta(
            description="The image to build in, with its digest, where that needs more; it has "
            "the same Python at the same path."
        ),
    ] = None
    apt: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Debian packages of the image, as apt-get is given them."),
    ] = ()
    build_apt: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Debian packages that only building needs, such as `gcc`."),
    ] = ()
    programs: Annotated[
        tuple[str, ...],
        part_name("The parts that the image holds, with what these need; otherwise all parts."),
    ] = ()
    only: Annotated[
        str | None, msgspec.Meta(description="The selection that the image holds instead.")
    ] = None
    file: Annotated[str, msgspec.Meta(description="The assembly file, a path in the checkout.")] = (
        "assembly.toml"
    )
    assembler: Annotated[
        str,
        msgspec.Meta(
            description="The assembler to build with: a requirement for pip, such as "
            "`assembler==1.2`, or the path of a wheel in the checkout."
        ),
    ] = "assembler"
    prefix: Annotated[
        str, msgspec.Meta(description="Where the application stands in the image.")
    ] = "/app"
    entrypoint: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="What the container runs: a launcher and its arguments, such as `web` or "
            "`${parts.app.bin.web}`; an array, or a string split into words as `sh` would."
        ),
    ] = None
    command: Annotated[
        Text | tuple[Text, ...] | None,
        msgspec.Meta(
            description="Arguments that whoever runs the container may replace; without an "
            "entrypoint, a launcher and its arguments."
        ),
    ] = None
    user: Annotated[
        str | int | None,
        msgspec.Meta(
            description="Who runs it, and owns what is in `var`: a name, which is made a user, or "
            "`1000` or `nobody:nogroup` as they are."
        ),
    ] = None
    env: Annotated[Mapping[str, str], msgspec.Meta(description="Environment variables.")] = {}
    labels: Annotated[
        Mapping[str, str],
        msgspec.Meta(description="Labels, such as `org.opencontainers.image.source`."),
    ] = {}
    ports: Annotated[
        tuple[int | str, ...],
        msgspec.Meta(description="Ports that it listens on: `8080`, or `53/udp`."),
    ] = ()
    workdir: Annotated[
        str | None, msgspec.Meta(description="Where it starts; otherwise the prefix.")
    ] = None
    ignore: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Further lines of the ignore file: what of the checkout is not needed, "
            "or, after `!`, needed after all."
        ),
    ] = ()
    tag: Annotated[
        str | None, msgspec.Meta(description="The image's name; otherwise the part's.")
    ] = None
    launcher: Annotated[
        str | None,
        msgspec.Meta(
            description="The launcher that builds the image with buildah, podman or docker; "
            "otherwise `build-` and the part's name."
        ),
    ] = None
