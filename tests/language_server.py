"""A language server as an editor talks to it, over its standard input and output."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

PATIENCE = 60.0


class LanguageServer:
    """One running server; every request waits for its answer."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin
        assert process.stdout
        self._input, self._output = process.stdin, process.stdout
        self._asked = 0

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """Send a request, and return the result of the answer."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while (found := self._receive()).get("id") != self._asked or "method" in found:
            if "id" in found and "method" in found:
                self._send({"id": found["id"], "result": None})
        return found["result"]

    def until_told(self, method: str) -> None:
        """Wait for a notification."""
        while (found := self._receive()).get("method") != method:
            if "id" in found and "method" in found:
                self._send({"id": found["id"], "result": None})

    def _send(self, message: Any) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._input.flush()

    def _receive(self) -> Any:
        length = 0
        while line := self._output.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server ended"
        return json.loads(self._output.read(length))


@contextmanager
def language_server(command: list[str | Path], folder: Path) -> Iterator[LanguageServer]:
    """Run a server in a folder, and end it."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        patience = Timer(PATIENCE, process.kill)
        patience.start()
        try:
            server = LanguageServer(process)
            server.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
            server.tell("initialized", {})
            yield server
        finally:
            patience.cancel()
            process.kill()
