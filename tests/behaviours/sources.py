"""Small C projects, one for each build system; each installs a library and the program `hello`."""

from tests.behaviours.world import World

HELLO = """#include <stdio.h>
const char *greeting(void);
int main(void) {
    printf("%s %s\\n", greeting(), __FILE__);
    return 0;
}
"""
GREETING = 'const char *greeting(void) { return "hello"; }\n'

AUTOTOOLS = {
    "configure.ac": """AC_INIT([hello], [1.0])
AM_INIT_AUTOMAKE([foreign])
LT_INIT
AC_PROG_CC
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
""",
    "Makefile.am": """lib_LTLIBRARIES = libgreeting.la
libgreeting_la_SOURCES = greeting.c
bin_PROGRAMS = hello
hello_SOURCES = hello.c
hello_LDADD = libgreeting.la
""",
}
CMAKE = {
    "CMakeLists.txt": """cmake_minimum_required(VERSION 3.18)
project(hello C)
option(LOUD "shout" OFF)
if(LOUD)
  add_compile_definitions(greeting=shout)
endif()
add_library(greeting SHARED greeting.c)
add_executable(hello hello.c)
target_link_libraries(hello greeting)
install(TARGETS hello greeting)
"""
}
MESON = {
    "meson.build": """project('hello', 'c')
greeting = shared_library('greeting', 'greeting.c', install: true)
executable('hello', 'hello.c', link_with: greeting, install: true)
"""
}
MAKE = {
    "Makefile": """PREFIX = /usr/local
CFLAGS ?= -O1 -DBUILT
all: hello
hello: hello.o greeting.o
\t$(CC) -o $@ hello.o greeting.o
install: hello
\tinstall -D -m 0700 hello "$(DESTDIR)$(PREFIX)/bin/hello"
\techo $(WORD) > "$(PREFIX)/word"
"""
}
SYSTEMS = {"autotools": AUTOTOOLS, "cmake": CMAKE, "meson": MESON, "make": MAKE}


def write_source(world: World, system: str, folder: str = "native") -> None:
    """Write the project for a build system into a folder of the world's project."""
    files = {"hello.c": HELLO, "greeting.c": GREETING, **SYSTEMS[system]}
    for name, text in files.items():
        world.write(f"{folder}/{name}", text)


def part(system: str, more: str = "", source: str = "native") -> str:
    """A part that builds it."""
    return f"""
[parts.hello]
recipe = "make"
source = "{source}"
system = "{system}"
expose = ["bin/hello"]
{more}
"""
