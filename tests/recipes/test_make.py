import pytest
from assembler_recipes.make import recipe
from assembler_recipes.make.options import MakeOptions
from assembler_recipes.make.systems import MACHINE

from assembler.api import (
    Assembled,
    BuildCommand,
    BuildSource,
    ConfigurationError,
    Expose,
    FileDigest,
    Needs,
    Place,
    SourcePatch,
    Step,
    Text,
)
from tests.recipes.parts import TARGET, part, text

HERE = Place(root="part", part="app")
SOURCE = text(Place(root="part", part="src"))
PATCH = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"


NOTHING = Assembled(target=TARGET)


def steps(options: MakeOptions, assembled: Assembled = NOTHING) -> tuple[Step, ...]:
    return recipe.realise(part(options), assembled)


def built(options: MakeOptions, assembled: Assembled = NOTHING) -> BuildSource:
    first = steps(options, assembled)[0]
    assert isinstance(first, BuildSource)
    return first


def words(*pieces: str | Text) -> tuple[Text, ...]:
    return tuple(piece if isinstance(piece, Text) else text(piece) for piece in pieces)


def test_a_folder_of_the_project_is_an_input():
    options = MakeOptions(source=text("native/"), system="make", patches=("p/./a.patch",))

    assert recipe.declare(part(options)) == Needs(files=("native/**",), reads=("p/a.patch",))
    files = {"native/b.c": "2", "native/a.c": "1", "p/a.patch": "3"}
    contents = {"p/a.patch": PATCH}
    step = built(options, Assembled(target=TARGET, files=files, contents=contents))
    assert step.folder == "native"
    assert step.source == Text()
    assert step.inputs == (FileDigest("native/a.c", "1"), FileDigest("native/b.c", "2"))
    assert step.patches == (SourcePatch("p/a.patch", PATCH),)


def test_another_part_may_be_the_source():
    options = MakeOptions(source=SOURCE, system="make")

    assert recipe.declare(part(options)) == Needs()
    assert (built(options).source, built(options).inputs) == (SOURCE, ())


def test_autotools():
    options = MakeOptions(
        source=SOURCE, system="autotools", options=words("--with-ssl"), targets=("all", "doc")
    )
    step = built(options)

    assert step.commands == (
        BuildCommand(argv=words("autoreconf", "--force", "--install"), unless="configure"),
        BuildCommand(
            argv=words("./configure", text("--prefix=", HERE), "--with-ssl"), log="config.log"
        ),
        BuildCommand(argv=words("make", "all", "doc"), parallel=True),
        BuildCommand(argv=words("make", "install")),
    )
    assert step.tools == {
        "autoreconf": "autoconf automake libtool",
        "make": "make",
        "cc": "gcc",
    }


def test_cmake():
    options = MakeOptions(
        source=SOURCE, system="cmake", options=words("-DSSL=ON"), targets=("a", "b"), jobs=3
    )
    step = built(options)

    assert [command.directory for command in step.commands] == ["build"] * 3
    assert [command.argv for command in step.commands] == [
        words(
            "cmake",
            "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_INSTALL_LIBDIR=lib",
            text("-DCMAKE_INSTALL_PREFIX=", HERE),
            text("-DCMAKE_INSTALL_RPATH=", HERE, "/lib"),
            "-DSSL=ON",
            "../source",
        ),
        words("cmake", "--build", ".", "--target", "a", "--target", "b"),
        words("cmake", "--install", "."),
    ]
    assert (step.jobs, list(step.tools)) == (3, ["cmake", "make", "cc"])


def test_meson():
    options = MakeOptions(
        source=SOURCE, system="meson", options=words("-Dssl=true"), tools=("c++", "flex")
    )
    step = built(options)

    assert [command.directory for command in step.commands] == ["build"] * 3
    assert [command.argv for command in step.commands] == [
        words(
            *("meson", "setup", "--wrap-mode=nodownload", "-Dbuildtype=release", "-Dlibdir=lib"),
            text("-Dprefix=", HERE),
            *("-Dssl=true", ".", "../source"),
        ),
        words("ninja"),
        words("meson", "install", "--no-rebuild"),
    ]
    assert step.tools == {
        "meson": "meson",
        "ninja": "ninja-build",
        "c++": "g++",
        "flex": "flex",
    }


def test_plain_make():
    options = MakeOptions(source=SOURCE, system="make", options=words("SSL=1"), targets=("all",))
    line = words("make", text("PREFIX=", HERE), text("prefix=", HERE), "SSL=1")

    assert built(options).commands == (
        BuildCommand(argv=(*line, text("all")), parallel=True),
        BuildCommand(argv=(*line, text("install"))),
    )
    assert built(options).environment == {}


def test_flags_are_added_to_those_that_are_given_anyway():
    environment = {"CFLAGS": text("-g"), "CC": text("clang")}
    step = built(MakeOptions(source=SOURCE, system="autotools", environment=environment))
    scratch = Place(root="scratch", part="app")

    assert step.environment == {
        "CC": text("clang"),
        "CFLAGS": text("-O2 -ffile-prefix-map=", scratch, "=. -g"),
        "CXXFLAGS": text("-O2 -ffile-prefix-map=", scratch, "=."),
        "LDFLAGS": text("-Wl,-rpath,", HERE, "/lib"),
    }
    assert set(MACHINE) - set(step.passed) == {"CFLAGS", "CC"}
    assert list(step.tools) == ["autoreconf", "make"]


def test_what_is_shown_must_be_installed():
    options = MakeOptions(
        source=SOURCE, system="make", expose={"bin/h": "sbin/haproxy", "sbin/h": "sbin/haproxy"}
    )
    step, *shown = steps(options)

    assert isinstance(step, BuildSource)
    assert step.outputs == ("sbin/haproxy",)
    assert shown == [
        Expose(path="bin/h", target="sbin/haproxy"),
        Expose(path="sbin/h", target="sbin/haproxy"),
    ]


def test_the_directory_is_an_output():
    assert recipe.outputs(part(MakeOptions(source=SOURCE, system="make"))) == {"path": text(HERE)}


PROJECT = "`source` is a folder of the project or of another part"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (MakeOptions(source=text("../x"), system="make"), "`../x` leads out of its folder"),
        (MakeOptions(source=text(Place(root="project")), system="make"), PROJECT),
        (MakeOptions(source=SOURCE, system="make", jobs=-1), "`jobs` is too low"),
        (MakeOptions(source=SOURCE, system="make", timeout=0), "`timeout` is too low"),
        (
            MakeOptions(source=SOURCE, system="make", patches=("/x",)),
            "`/x` leads out of its folder",
        ),
        (
            MakeOptions(source=SOURCE, system="make", expose=("../x",)),
            "`../x` leads out of its folder",
        ),
    ],
)
def test_wrong_options_are_refused_at_once(options: MakeOptions, message: str):
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options))

    assert caught.value.message == message


def test_what_is_no_patch_is_refused():
    options = MakeOptions(source=SOURCE, system="make", patches=("x.patch",))

    assembled = Assembled(target=TARGET, contents={"x.patch": b"hello\n"})

    with pytest.raises(ConfigurationError) as caught:
        steps(options, assembled)

    assert caught.value.message == "`x.patch` is no patch: it changes no file"
