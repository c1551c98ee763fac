"""The commands of each build system."""

from collections.abc import Mapping
from typing import assert_never

from assembler.api import BuildCommand, Place, Text
from assembler_recipes.make.options import MakeOptions, System

MACHINE = (
    *("AR", "AS", "CC", "CFLAGS", "CPP", "CPPFLAGS", "CXX", "CXXFLAGS", "FC", "FFLAGS", "LD"),
    *("LDFLAGS", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH", "PKG_CONFIG", "PKG_CONFIG_PATH"),
    *("CMAKE_PREFIX_PATH", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET"),
)
"""The variables of the machine that say which compiler there is, as build back ends see them."""

_FLAGS = ("CFLAGS", "CXXFLAGS", "LDFLAGS")
_COMPILERS = {"CC": "cc", "CXX": "c++"}
_PACKAGES = {
    "cc": "gcc",
    "c++": "g++",
    "autoreconf": "autoconf automake libtool",
    "ninja": "ninja-build",
    "pkg-config": "pkgconf",
}


def commands(options: MakeOptions, part: str) -> tuple[BuildCommand, ...]:
    """The commands that build and install a source into the part's directory."""
    prefix, given = Place(root="part", part=part), options.options
    match options.system:
        case "autotools":
            return (
                BuildCommand(argv=_words("autoreconf", "--force", "--install"), unless="configure"),
                BuildCommand(
                    argv=(*_words("./configure"), Text.of("--prefix=", prefix), *given),
                    log="config.log",
                ),
                BuildCommand(argv=_words("make", *options.targets), parallel=True),
                BuildCommand(argv=_words("make", "install")),
            )
        case "make":
            places = (Text.of("PREFIX=", prefix), Text.of("prefix=", prefix))
            line = (*_words("make"), *places, *given)
            return (
                BuildCommand(argv=(*line, *_words(*options.targets)), parallel=True),
                BuildCommand(argv=(*line, *_words("install"))),
            )
        case "cmake":
            return _in_build(_cmake(options, prefix))
        case "meson":
            return _in_build(_meson(options, prefix))
        case _:
            assert_never(options.system)


def _cmake(options: MakeOptions, prefix: Place) -> tuple[BuildCommand, ...]:
    configure = (
        *_words("cmake", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_INSTALL_LIBDIR=lib"),
        Text.of("-DCMAKE_INSTALL_PREFIX=", prefix),
        Text.of("-DCMAKE_INSTALL_RPATH=", prefix, "/lib"),
        *options.options,
        *_words("../source"),
    )
    chosen = [word for target in options.targets for word in ("--target", target)]
    return (
        BuildCommand(argv=configure, log="CMakeFiles/CMakeError.log"),
        BuildCommand(argv=_words("cmake", "--build", ".", *chosen), parallel=True),
        BuildCommand(argv=_words("cmake", "--install", ".")),
    )


def _meson(options: MakeOptions, prefix: Place) -> tuple[BuildCommand, ...]:
    configure = (
        *_words("meson", "setup", "--wrap-mode=nodownload", "-Dbuildtype=release", "-Dlibdir=lib"),
        Text.of("-Dprefix=", prefix),
        *options.options,
        *_words(".", "../source"),
    )
    return (
        BuildCommand(argv=configure, log="meson-logs/meson-log.txt"),
        BuildCommand(argv=_words("ninja", *options.targets), parallel=True),
        BuildCommand(argv=_words("meson", "install", "--no-rebuild")),
    )


def _in_build(found: tuple[BuildCommand, ...]) -> tuple[BuildCommand, ...]:
    """The same, out of the source."""
    return tuple(
        BuildCommand(argv=each.argv, directory="build", parallel=each.parallel, log=each.log)
        for each in found
    )


def environment(options: MakeOptions, part: str) -> Mapping[str, Text]:
    """The variables of a build: what is given, with flags that make its results find each other.

    Plain make is given no flags, as they would replace those that a makefile has.
    """
    if options.system == "make":
        return options.environment
    prefix, scratch = Place(root="part", part=part), Place(root="scratch", part=part)
    compile_flags = Text.of("-ffile-prefix-map=", scratch, "=.")
    if options.system == "autotools":
        compile_flags = Text.of("-O2 ", compile_flags)
    flags = dict.fromkeys(("CFLAGS", "CXXFLAGS"), compile_flags)
    flags["LDFLAGS"] = Text.of("-Wl,-rpath,", prefix, "/lib")
    if options.system == "cmake":
        del flags["LDFLAGS"]
    return flags | {
        name: Text.of(flags[name], " ", text) if name in flags else text
        for name, text in options.environment.items()
    }


def tools(options: MakeOptions) -> Mapping[str, str]:
    """The commands that must be installed, each with the Debian package that has it."""
    compiler = _COMPILERS.keys() & options.environment.keys()
    chosen = {_COMPILERS[variable] for variable in compiler}
    named = (*_own_tools(options.system), *(each for each in options.tools if each not in chosen))
    return {name: _PACKAGES.get(name, name) for name in dict.fromkeys(named)}


def _own_tools(system: System) -> tuple[str, ...]:
    match system:
        case "autotools":
            return ("autoreconf", "make")
        case "make":
            return ("make",)
        case "cmake":
            return ("cmake", "make")
        case "meson":
            return ("meson", "ninja")
        case _:
            assert_never(system)


def _words(*words: str) -> tuple[Text, ...]:
    return tuple(Text.of(word) for word in words)
