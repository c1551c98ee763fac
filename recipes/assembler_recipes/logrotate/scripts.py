"""The script that runs after logs were put aside."""

from collections.abc import Iterator

from assembler.api import ConfigurationError, Part, Place, Text, command_words, is_word, quoted
from assembler_recipes.logrotate.options import LogrotateOptions, SignalOptions

_NUMBERS = {"HUP": 1, "USR1": 10, "USR2": 12, "WINCH": 28}
_EACH_PROCESS = """\
for each in /proc/[0-9]*; do
  first=$(tr '\\0' '\\n' 2>/dev/null <"$each/cmdline" | head -n 1)
  below=${{first#"${{own%-*}}-"}}
  case ${{below%%/*}} in "" | "${{first%%/*}}" | *-*) continue ;; esac
  caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "$each/status" 2>/dev/null)
  if [ $((0x${{caught:-0}} >> {shift} & 1)) -eq 1 ]; then
    kill -{name} "${{each#/proc/}}"
  fi
done
"""


def script(part: Part) -> Text | None:
    """The script, if there is anything to do. Raises `ConfigurationError` for what can't be."""
    options = part.typed(LogrotateOptions)
    if options.signal is None and options.run is None:
        return None
    lines = [] if options.signal is None else [_signal(part, options.signal)]
    return Text.of("#!/bin/sh\n", *lines, *_command(part, options.run))


def _signal(part: Part, signal: SignalOptions) -> Text:
    given = [each for each in (signal.program, signal.service, signal.pid_file) if each is not None]
    if len(given) != 1:
        raise ConfigurationError(
            "a signal needs one of `program`, `service` and `pid-file`",
            origin=part.origin_of("signal"),
        )
    if signal.program is not None:
        return _to_program(signal.name, signal.program)
    if signal.service is not None:
        unit = quoted(Text.of(signal.service))
        return Text.of(
            Text.of("if systemctl is-active --quiet ", unit, "; then\n"),
            Text.of(f"  systemctl kill --signal={signal.name} --kill-who=main ", unit, "\nfi\n"),
        )
    path = _word(part, "signal", Text.of(signal.pid_file or Text()))
    return Text.of(
        Text.of("if pid=$(cat ", path, " 2>/dev/null); then\n"),
        f'  kill -{signal.name} "$pid"\nfi\n',
    )


def _to_program(name: str, program: str) -> Text:
    """To the processes that run from the part, of this generation or one before."""
    folder = quoted(Text((Place(root="stable", part=program),)))
    loop = _EACH_PROCESS.format(name=name, shift=_NUMBERS[name] - 1)
    return Text.of("own=$(readlink -f ", folder, ")\n", loop)


def _command(part: Part, run: Text | tuple[Text, ...] | None) -> Iterator[Text]:
    if run is None:
        return
    words = command_words(run, part.origin_of("run"))
    yield Text.of("exec", *(Text.of(" ", _word(part, "run", word)) for word in words), "\n")


def _word(part: Part, key: str, word: Text) -> Text:
    if word.secrets:
        raise ConfigurationError(
            f"`{key}` can't hold a secret, as everybody can read it",
            origin=part.origin_of(key),
            hints=("let the program read an `env-file` part, or a file of its own",),
        )
    if not all(is_word(piece) for piece in word.pieces if isinstance(piece, str)):
        raise ConfigurationError(
            f"`{key}` holds a character that no script can hold", origin=part.origin_of(key)
        )
    return quoted(word.stable())
