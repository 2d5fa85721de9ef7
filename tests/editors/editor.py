"""An editor's side of the language server protocol: opens files, asks for completions and explanations.

Source: Language Server Protocol 3.17, Microsoft.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Json = dict[str, Any]


class Editor:
    """One editor with one language server, as VS Code or vim would start it."""

    def __init__(self, program: Path, folder: Path, settings: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self._settings = settings or {}
        self._server = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._asked = 0
        self._configured = False
        self._told: dict[str, list[Json]] = {}

    def __enter__(self) -> Self:
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {"hover": {"contentFormat": ["markdown"]}, "completion": {}, "publishDiagnostics": {}},
        }
        uri = self.folder.as_uri()
        folders = [{"uri": uri, "name": self.folder.name}]
        self.ask(
            "initialize",
            {"processId": None, "rootUri": uri, "capabilities": capabilities, "workspaceFolders": folders},
        )
        self.tell("initialized", {})
        while not self._configured:
            self._hear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.terminate()
        self._server.wait(10)
        for pipe in (self._server.stdin, self._server.stdout):
            assert pipe is not None
            pipe.close()

    def open(self, name: str, text: str) -> str:
        """Open a file with this text, whether it is on the disk or not; give its address."""
        uri = (self.folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._told.pop(uri, None)
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def completions(self, uri: str, line: int, column: int) -> dict[str, Json]:
        """Give what is offered at a place, both from 0, by label."""
        found = self.ask("textDocument/completion", _at(uri, line, column))
        return {item["label"]: item for item in found["items"]}

    def explanation(self, uri: str, line: int, column: int) -> str:
        """Give what is shown of the word at a place, both from 0."""
        found = self.ask("textDocument/hover", _at(uri, line, column))
        contents = found["contents"] if found else ""
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def complaints(self, uri: str) -> list[Json]:
        """Give what is underlined in a file, once the server has told."""
        while uri not in self._told:
            self._hear()
        return self._told[uri]

    def ask(self, method: str, params: Json) -> Any:
        """Send a request; give its result."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            heard = self._hear()
            if heard.get("id") == self._asked and "method" not in heard:
                assert "error" not in heard, heard
                return heard["result"]

    def tell(self, method: str, params: Json) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def _hear(self) -> Json:
        """Take the server's next message; answer its questions."""
        heard = self._read()
        match heard.get("method"):
            case "workspace/configuration":
                sections = [item.get("section", "") for item in heard["params"]["items"]]
                self._configured = True
                self._send({"id": heard["id"], "result": [self._settings.get(section) for section in sections]})
            case "textDocument/publishDiagnostics":
                self._told[heard["params"]["uri"]] = heard["params"]["diagnostics"]
            case str() if "id" in heard:
                self._send({"id": heard["id"], "result": None})
        return heard

    def _send(self, message: Json) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._server.stdin.flush()

    def _read(self) -> Json:
        stream = self._server.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has ended"
        heard: Json = json.loads(stream.read(length))
        return heard


def _at(uri: str, line: int, column: int) -> Json:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
