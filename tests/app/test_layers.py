"""Reading the files of an assembly: what they extend, and the local file beside it."""

from collections.abc import Mapping
from pathlib import Path, PurePath

import pytest

from assembler.app.checkout import Checkout
from assembler.app.layers import Layers, read_layers
from assembler.app.plain_prefix import plain_prefix
from assembler.errors import ConfigurationError
from assembler.ports import Artifacts, Files
from tests.config.assemblies import told
from tests.fakes.artifacts import MemoryArtifacts
from tests.fakes.files import MemoryFiles

FOLDER = PurePath("/srv/shop")


class Doors:
    """Files in memory, and no artifacts."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        files = MemoryFiles()
        for path, text in texts.items():
            files.write(FOLDER / path, text.encode())
        self.files: Files = files
        self.artifacts: Artifacts = MemoryArtifacts(Path("/nowhere"))


def layers(**texts: str) -> Layers:
    named = {
        f"{name.replace('__', '/').replace('_', '.')}.toml": text for name, text in texts.items()
    }
    return read_layers(Checkout(folder=FOLDER), Doors(named))


def order(**texts: str) -> list[str]:
    return [document.file for document in layers(**texts).documents]


def refused(**texts: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        layers(**texts)
    return told(caught.value)


def extends(*files: str) -> str:
    return f"[assembly]\nextends = {list(files)}\n"


def test_what_is_extended_lies_below_in_order():
    assert order(assembly=extends("a.toml", "b.toml"), a="", b="") == [
        "a.toml",
        "b.toml",
        "assembly.toml",
    ]


def test_a_file_that_two_extend_is_read_once():
    found = layers(
        assembly=extends("a.toml", "b.toml"), a=extends("c.toml"), b=extends("c.toml"), c=""
    )
    assert [document.file for document in found.documents] == [
        "c.toml",
        "a.toml",
        "b.toml",
        "assembly.toml",
    ]
    assert [path.name for path in found.paths] == [
        "assembly.toml",
        "a.toml",
        "c.toml",
        "b.toml",
        "assembly.local.toml",
    ]


def test_paths_are_relative_to_the_file_that_names_them():
    texts = {
        "assembly": extends("far/a.toml"),
        "far__a": extends("./b.toml", "../c.toml"),
        "far__b": "",
        "c": "",
    }
    assert order(**texts) == ["far/b.toml", "c.toml", "far/a.toml", "assembly.toml"]


def test_the_local_file_lies_on_top():
    found = layers(assembly="", assembly_local="")
    assert [(document.file, document.local) for document in found.documents] == [
        ("assembly.toml", False),
        ("assembly.local.toml", True),
    ]


def test_a_ring_of_files():
    assert refused(assembly=extends("a.toml"), a=extends("b.toml"), b=extends("a.toml")) == (
        "files extend each other in a ring: a.toml → b.toml → a.toml\n  at b.toml:2:12 |'a.toml'|"
    )


def test_a_file_that_is_not_there():
    assert refused(assembly=extends("a.toml"), a=extends("far/b.toml")) == (
        "there is no `far/b.toml`\n"
        "  at a.toml:2:12 |'far/b.toml'|\n"
        "  hint: paths in `extends` are relative to `a.toml`"
    )
    assert refused() == (
        "there is no `assembly.toml` in `/srv/shop`\n"
        "  hint: `assemble init` writes a first one\n"
        "  hint: `-C DIR` or `-f FILE` names another"
    )


def test_a_folder_is_extended():
    assert refused(assembly=extends("far"), far__a="") == (
        "`far` is no file\n  at assembly.toml:2:12 |'far'|"
    )


def test_the_local_file_extends_nothing():
    assert refused(assembly="", assembly_local=extends("a.toml")) == (
        "`assembly.local.toml` can't extend other files\n  at assembly.local.toml:2:1 |extends|"
    )


def refused_extends(value: str) -> str:
    return refused(assembly=f"[assembly]\nextends = {value}\n")


def test_what_extends_may_be():
    assert refused_extends('"a.toml"') == (
        "`assembly.extends` must be an array, not text\n"
        '  at assembly.toml:2:11 |"a.toml"|\n'
        '  hint: write ["a.toml"]'
    )
    assert refused_extends('["https://acme.example/a.toml"]') == (
        "a file from the network is named with the sha256 of its content\n"
        '  at assembly.toml:2:12 |"https://acme.example/a.toml"|\n'
        '  hint: write `{ url = "https://…", sha256 = "…" }`'
    )
    assert refused_extends('[{ url = "https://acme.example/a.toml" }]') == (
        "`assembly.extends.0` must be a path, or a URL with its sha256\n"
        '  at assembly.toml:2:12 |{ url = "https://acme.example/a.toml" }|\n'
        '  hint: write `{ url = "https://…", sha256 = "…" }`'
    )
    assert refused_extends('["${vars.a}"]') == (
        'a file that is extended is named by a plain path\n  at assembly.toml:2:12 |"${vars.a}"|'
    )
    assert refused_extends('[{ url = "ftp://x/a", sha256 = "%s" }]' % ("0" * 64)) == (
        '`ftp://x/a` is no URL\n  at assembly.toml:2:20 |"ftp://x/a"|\n'
        "  hint: it begins with `https://`"
    )
    assert refused_extends('[{ url = "https://x/a", sha256 = "12" }]') == (
        '`12` is no sha256\n  at assembly.toml:2:44 |"12"|'
    )


def prefix(**texts: str) -> str | None:
    named = {f"{name.replace('_', '.')}.toml": text for name, text in texts.items()}
    found = plain_prefix(Checkout(folder=FOLDER), Doors(named).files)
    return found.name if found else None


def test_the_prefix_is_found_without_loading():
    said = '[assembly]\nprefix = "%s"\n'
    assert prefix(assembly="[assembly]") == "build"
    assert prefix(assembly=said % "out") == "out"
    assert prefix(assembly="[[when]]\nvars.x = 1\n[for-each.a]\nnames = []\n") == "build"
    assert prefix(assembly=said % "out", assembly_local=said % "mine") == "mine"
    assert prefix(assembly=extends("a.toml", "b.toml"), a=said % "a", b="") == "a"
    assert prefix(assembly=extends("a.toml", "b.toml"), a=said % "a", b=said % "b") == "b"
    diamond = {"a": extends("c.toml") + 'prefix = "a"', "b": extends("c.toml"), "c": said % "c"}
    assert prefix(assembly=extends("a.toml", "b.toml"), **diamond) == "a"


def test_the_prefix_is_not_found_plainly():
    assert prefix(assembly='[assembly]\nprefix = "${vars.x}"') is None
    assert prefix(assembly="[[when]]\nassembly.prefix = 'x'\n") is None
    assert prefix(assembly="[for-each.a.assembly]\n") is None
    assert prefix(assembly=extends("a.toml"), a=extends("assembly.toml")) is None
    assert prefix(assembly="=") is None
    assert prefix(assembly='[assembly]\nextends = [{ url = "https://x" }]') is None
