"""What `[targets]` and `lock.targets` may say."""

from inline_snapshot import snapshot

from assembler.model.target import Target
from tests.config.assemblies import HEAD, faults, project


def test_targets_are_read():
    found = project(
        HEAD + '[lock]\ntargets = ["edge", "linux-arm64"]\n'
        '[targets.edge]\nplatform = "linux-arm64"\npython = "3.11.9"\nglibc = "2.35"\n'
        'markers = { platform_release = "6.1" }\n'
        '[targets.old-mac]\nplatform = "macos-x86_64"\nmacos = "11"\n'
        '[targets.small]\nplatform = "linux-musl-x86_64"\nmusl = "1.1"\n'
    )

    assert found.targets == (
        Target(
            name="edge",
            system="linux",
            machine="aarch64",
            libc="glibc",
            oldest=(2, 35),
            markers={"platform_release": "6.1"},
            python="3.11.9",
        ),
        Target(name="old-mac", system="macos", machine="x86_64", oldest=(11, 0)),
        Target(name="small", system="linux", machine="x86_64", libc="musl", oldest=(1, 1)),
    )


def test_mistakes():
    found = faults(
        HEAD + '[lock]\ntargets = ["edgy", "linux-x86-64"]\n'
        '[targets.edge]\nplatform = "lunix-x86_64"\npython = "3"\n'
        '[targets.linux-x86_64]\nplatform = "linux-x86_64"\nmacos = "12"\nglibc = "new"\n'
        '[targets."a/b"]\nplatform = "windows-x86_64"\n'
        'markers = { python_version = "3.12", platform_releese = "6" }\n'
    )
    lines = [line for line in found.splitlines() if "hint: the platforms are" not in line]
    assert "\n".join(lines) == snapshot("""\
there is no platform `edgy`
  at assembly.toml:5:12 |"edgy"|
there is no platform `linux-x86-64`
  at assembly.toml:5:20 |"linux-x86-64"|
  hint: did you mean `linux-x86_64`?
there is no platform `lunix-x86_64`
  at assembly.toml:7:12 |"lunix-x86_64"|
  hint: did you mean `linux-x86_64`?
`3` is no version of Python such as `3.12` or `3.12.4`
  at assembly.toml:8:10 |"3"|
`linux-x86_64` is the name of a built-in target
  at assembly.toml:9:10 |linux-x86_64|
  hint: give it another name
`linux-x86_64` has no `macos`
  at assembly.toml:11:1 |macos|
`new` is no version of glibc such as `2.28`
  at assembly.toml:12:9 |"new"|
the name "a/b" of a target holds a slash
  at assembly.toml:13:10 |"a/b"|
`python_version` can't be set: a target's `python` says it
  at assembly.toml:15:13 |python_version|
there is no environment marker `platform_releese`
  at assembly.toml:15:38 |platform_releese|
  hint: did you mean `platform_release`?\
""")
