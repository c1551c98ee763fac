"""The scripts of `sh` that start npm."""

from collections.abc import Sequence

from assembler.api import Text, quoted
from assembler_recipes.node.options import NodeOptions

_INSTALL = """\
PATH=$1/bin:$PATH
command -v npm >/dev/null || {{
  echo 'there is no npm on the PATH: install Node, or let `node = "22"` bring it'
  exit 127
}}
export npm_config_cache="$ASSEMBLER_CACHE/npm" NO_UPDATE_NOTIFIER=1
cd -- ./{folder}
npm ci --no-audit --no-fund --prefer-offline ${{ASSEMBLER_OFFLINE:+--offline}} {flags}
npm ls --all >"$TMPDIR/installed"
unset NPM_CONFIG_USERCONFIG
"""

_SCRIPT = "npm run -- {name}\n"

_KEEP = """\
if [ -e {output} ]; then
  mkdir -p "$1"/{parent}
  cp -RP ./{output} "$1"/{output}
fi
"""

_LAUNCHER = """\
#!/bin/sh
here=$(command -p readlink -f -- "$0") || exit 127
exec "${{here%/*}}/node" "${{here%/bin/*}}"/{path} "$@"
"""


def build_script(folder: str, options: NodeOptions, outputs: Sequence[str]) -> str:
    """What installs, runs the scripts and keeps their outputs in the part's directory, `$1`."""
    flags = "--ignore-scripts" if options.ignore_scripts else "--foreground-scripts"
    return "".join(
        (
            _INSTALL.format(folder=_word(folder), flags=flags),
            *(_SCRIPT.format(name=_word(name)) for name in options.scripts),
            *(
                _KEEP.format(output=_word(output), parent=_word(output.rpartition("/")[0]))
                for output in outputs
            ),
        )
    )


def node_launcher(path: str) -> str:
    """A launcher in `bin` of a script that stands at a path in the part's directory."""
    return _LAUNCHER.format(path=_word(path))


def _word(text: str) -> str:
    word = quoted(Text.of(text)).literal
    return word if word and text else ""
