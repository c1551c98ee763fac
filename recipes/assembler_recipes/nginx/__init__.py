"""Sites of nginx: in front of programs, on a machine's nginx or on one run from the prefix."""

from collections.abc import Iterator

from assembler.api import (
    Assembled,
    AtDeployment,
    ConfigurationError,
    Expose,
    InstallFile,
    KeepDirectory,
    Needs,
    Outputs,
    Part,
    Place,
    Refresh,
    Step,
    Text,
    WriteFile,
    command_words,
)
from assembler_recipes.nginx.checking import checks
from assembler_recipes.nginx.directives import Directive, text_of
from assembler_recipes.nginx.options import NginxOptions, StandaloneOptions
from assembler_recipes.nginx.site import addresses, site
from assembler_recipes.nginx.standalone import (
    CONFIGURATION,
    launcher,
    process_number,
    steps,
    whole,
)

_FILE = "site.conf"
_MACHINES = "/etc/nginx/conf.d"
_RELOAD = """\
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
command -v nginx >/dev/null || [ -e "$1" ] || exit 0
nginx -t -q || exit
if systemctl is-active --quiet nginx.service 2>/dev/null; then
  exec systemctl reload nginx.service
fi
said=$(nginx -s reload 2>&1) && exit
case $said in
  *"invalid PID number"* | *"No such file"* | *"No such process"*)
    echo "nginx does not run, and reads the site when it starts" ;;
  *)
    printf '%s\\n' "$said"
    exit 1 ;;
esac
"""


class Nginx:
    """Writes a site for nginx, and on request all that it takes to run nginx from the prefix.

    Deployment puts the site where the machine's nginx reads it, and lets it be read.
    """

    options: type[NginxOptions] = NginxOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for values that can't be."""
        options = part.typed(NginxOptions)
        site(part)
        if options.standalone is not None:
            whole(part, options.standalone, ())
            launcher(part, options.standalone)
        directory = options.directory
        if directory is not None and not directory.startswith("/"):
            raise ConfigurationError(
                f"`{directory}` is no absolute path", origin=part.origin_of("directory")
            )
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the site; with `standalone` also `configuration` and `pid-file`."""
        options = part.typed(NginxOptions)
        path = Text((Place(root="part", part=part.name, path=_FILE),))
        if options.standalone is None:
            return {"path": path}
        return {
            "path": path,
            "configuration": Text((Place(root="part", part=part.name, path=CONFIGURATION),)),
            "pid-file": process_number(part, options.standalone),
        }

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Write and check the site, and say how it is deployed."""
        options = part.typed(NginxOptions)
        directives = site(part)
        shown = f"etc/nginx/{part.name}.conf"
        folders = dict.fromkeys((*_folders(directives), *_sockets(part)))
        return (
            WriteFile(path=_FILE, content=text_of(directives).stable()),
            Expose(path=shown, target=_FILE),
            *(KeepDirectory(path=folder) for folder in folders),
            *(() if options.standalone is None else steps(part, options.standalone, shown)),
            *checks(_checked(part, directives)),
            *_deployed(part),
        )


def _checked(part: Part, directives: tuple[Directive, ...]) -> tuple[Directive, ...]:
    """What nginx checks: the whole configuration, or one around the site."""
    options = part.typed(NginxOptions)
    return whole(part, options.standalone or StandaloneOptions(), directives)


def _folders(directives: tuple[Directive, ...]) -> Iterator[str]:
    """The folders of logs in the prefix."""
    for directive in directives:
        yield from _folders(directive.block or ())
        if directive.name in ("access_log", "error_log") and directive.words:
            last = directive.words[0].pieces[-1]
            if isinstance(last, Place) and last.root == "prefix":
                yield last.path.rpartition("/")[0]


def _sockets(part: Part) -> Iterator[str]:
    """The folders of sockets in the prefix that the site listens on."""
    for address in addresses(part):
        if address.socket is not None:
            yield address.socket.path.rpartition("/")[0]


def _deployed(part: Part) -> Iterator[Step]:
    options = part.typed(NginxOptions)
    if options.directory is None and options.standalone is not None:
        return
    directory = (options.directory or _MACHINES).rstrip("/")
    path = f"{directory}/{part.name}.conf"
    command = (
        tuple(Text.of(word) for word in ("/bin/sh", "-c", _RELOAD, "reload", path))
        if options.reload is None
        else command_words(options.reload, part.origin_of("reload"))
    )
    yield AtDeployment(action=InstallFile(path=path, source=_FILE))
    yield AtDeployment(action=Refresh(command=tuple(word.stable() for word in command)))


recipe = Nginx()
