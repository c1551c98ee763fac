"""What can be said about a part that is compiled."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec

from assembler.api import Text

System: TypeAlias = Literal["autotools", "cmake", "meson", "make"]


class MakeOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A source that is compiled, and installed into the part's own directory."""

    source: Annotated[
        Text,
        msgspec.Meta(
            description="The folder of the source: that of another part, such as "
            "`${parts.haproxy-src.dir}`, or one of the project. It is copied, and stays as it is."
        ),
    ]
    system: Annotated[
        System,
        msgspec.Meta(
            description="How it is built: `autotools` (`configure`, made with autoreconf where "
            "it is missing), `cmake`, `meson`, or plain `make`."
        ),
    ]
    options: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            description="Further arguments of `configure`, `cmake`, `meson setup` or `make` "
            "(`--with-ssl`, `-DWITH_SSL=ON`, `USE_SSL=1`)."
        ),
    ] = ()
    targets: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="What is built before it is installed; left out, what the source builds "
            "by itself."
        ),
    ] = ()
    patches: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Patches of the project, as git and `diff -u` write them, applied in this "
            "order; the first name of each path in them (`a/`, `b/`) is dropped."
        ),
    ] = ()
    environment: Annotated[
        Mapping[str, Text],
        msgspec.Meta(
            description="Environment variables of the build, such as `CC` and `CFLAGS`; flags are "
            "added to those that are given anyway."
        ),
    ] = {}
    tools: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Commands that must be installed besides those of the system; nothing is "
            "begun without them. A compiler that `environment` chooses stands for `cc` or `c++`."
        ),
    ] = ("cc",)
    expose: Annotated[
        tuple[str, ...] | Mapping[str, str],
        msgspec.Meta(
            description="What it installs and the prefix is to show: paths, or a table of a path "
            "below the prefix to one in the part."
        ),
    ] = ()
    jobs: Annotated[
        int,
        msgspec.Meta(description="How much is compiled at once; left out, what `--jobs` allows."),
    ] = 0
    timeout: Annotated[
        float, msgspec.Meta(description="How long each step of the build may take, in seconds.")
    ] = 3600.0
