"""The tutorial, followed to the letter: its files written, its commands run, its outputs seen."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PATIENCE = 600.0
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$|^(## Taking something back)$", re.MULTILINE | re.DOTALL)

CURL = f"""#!{sys.executable}
import sys, time, urllib.error, urllib.request
end = time.monotonic() + 60
while True:
    try:
        print(urllib.request.urlopen(sys.argv[1], timeout=60).read().decode())
        break
    except urllib.error.URLError:
        if time.monotonic() > end:
            raise
        time.sleep(0.05)
"""


def script(text: str) -> str:
    """All that a reader does, as one script; what it prints is set apart by the commands."""
    lines = ["set -eu -o pipefail", "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT"]
    for language, body, taken_back in BLOCK.findall(text):
        if taken_back:
            lines.append("mv before.toml assembly.toml")
        elif language == "console":
            lines += commands(body)
        else:
            lines += written(language, body)
    return "\n".join(lines)


def commands(body: str) -> Iterator[str]:
    for line, following in zip(body.splitlines(), [*body.splitlines()[1:], ""], strict=True):
        if line.startswith("$ "):
            yield f"echo {line!r}"
            yield f"! {line[2:]}" if following.startswith("error: ") else line[2:]
        if line == "$ kill %1":
            yield "wait || true"


def written(language: str, body: str) -> Iterator[str]:
    files = {"python": "greeter.py", "ini": "greeter.ini.j2", "toml": "assembly.toml"}
    file = "pyproject.toml" if body.startswith("[build-system]") else files[language]
    if body.startswith("[parts."):
        yield f"cp {file} before.toml && echo >> {file}"
    how = ">>" if body.startswith("[parts.") else ">"
    yield f"cat {how} {file} <<'END'\n{body}END"


def shown(text: str) -> str:
    """An output as it is compared: versions differ from day to day."""
    return re.sub(r"\d+(\.\d+)+|\(.*? \d+\)$", "N", text, flags=re.MULTILINE)


def test_the_tutorial_works_and_prints_what_it_says(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    text = TUTORIAL.read_text().replace("8080", port).replace('"3.11"', f'"{PYTHON}"')
    (tmp_path / "curl").write_text(CURL)
    (tmp_path / "curl").chmod(0o755)
    environment = os.environ | {
        "ASSEMBLER_CACHE": str(tmp_path / "cache"),
        "PATH": os.pathsep.join(
            map(str, [tmp_path, Path(sys.executable).parent, os.environ["PATH"]])
        ),
    }

    ended = subprocess.run(
        ["bash", "-c", script(text)],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout
    printed = iter(shown(ended.stdout).splitlines())
    for language, body, _ in BLOCK.findall(text):
        for line in shown(body).splitlines() if language == "console" else ():
            pattern = re.compile(re.escape(line).replace("…", ".*"))
            assert any(pattern.fullmatch(each) for each in printed), f"{line}\n{ended.stdout}"
