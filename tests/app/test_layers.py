"""Reading the files of an assembly: what they extend, and the local file beside it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePath

import pytest

from assembler.adapters.disk import Disk
from assembler.app.checkout import Checkout
from assembler.app.layers import Layers, read_layers
from assembler.app.plain_prefix import plain_prefix
from assembler.errors import ConfigurationError, IntegrityError
from assembler.model.limits import DEFAULTS
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
        self.limits = DEFAULTS


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


class Remote:
    """A folder on disk, and files from the network."""

    def __init__(self, folder: Path, bodies: Mapping[str, bytes]) -> None:
        self.folder = folder
        self.files: Files = Disk()
        self.memory = MemoryArtifacts(folder / "cache", bodies)
        self.artifacts: Artifacts = self.memory
        self.limits = DEFAULTS

    def order(self, assembly: str) -> list[str]:
        (self.folder / "assembly.toml").write_text(assembly)
        found = read_layers(Checkout(folder=self.folder), self)
        return [document.file for document in found.documents]


def entry(url: str, body: bytes) -> str:
    return f'{{ url = "{url}", sha256 = "{hashlib.sha256(body).hexdigest()}" }}'


def named(*entries: str) -> str:
    return f"[assembly]\nextends = [{', '.join(entries)}]\n"


BASE, A, B = (f"https://acme.example/{name}.toml" for name in ("base", "a", "b"))


def test_files_from_the_network_extend_others_from_there(tmp_path: Path):
    base = b"[vars]\nx = 1\n"
    a, b = (named(entry(BASE, base)).encode() + tail for tail in (b"", b"# b\n"))
    remote = Remote(tmp_path, {BASE: base, A: a, B: b})
    assert remote.order(named(entry(A, a), entry(B, b))) == [BASE, A, B, "assembly.toml"]
    assert remote.memory.fetched == [A, BASE, B]


def test_files_from_the_network_extend_nothing_on_this_machine(tmp_path: Path):
    body = b'[assembly]\nextends = ["/etc/passwd"]\n'
    with pytest.raises(ConfigurationError) as caught:
        Remote(tmp_path, {A: body}).order(named(entry(A, body)))
    assert told(caught.value) == (
        "a file from the network can extend only others from there\n"
        f'  at {A}:2:12 |"/etc/passwd"|\n'
        '  hint: name it with `{ url = "https://…", sha256 = "…" }`'
    )


def test_a_file_from_the_network_that_changed(tmp_path: Path):
    with pytest.raises(IntegrityError) as caught:
        Remote(tmp_path, {A: b"changed"}).order(named(entry(A, b"as it was")))
    assert str(caught.value.origin) == "assembly.toml:2"
