"""What goes out goes through a trust's proxy, which breaks TLS open with certificates of its own: PubMed's client, the model's.

The hosts that are asked for exist nowhere: only the proxy, which is told of them by CONNECT, knows where they are.
"""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.connectors.pubmed.made_pubmed import search_answer
from tests.connectors.test_certificates import certificate

PUBMED, MODEL = "pubmed.trust.example", "model.trust.example"
PROGRAM = """
import sys
from connectors.certificates import trust_bundle
from connectors.language_model.openai_compatible import OpenAICompatibleModel
from connectors.pubmed.client import PubMed
from connectors.settings import Settings
from evidence.errors import EvidenceError

class Never:
    def wait(self): pass
    def pause(self, seconds): pass

def tried(what):
    try:
        return what()
    except EvidenceError as fault:
        return fault.message

trust_bundle(Settings.load())
pubmed = PubMed(base_url=sys.argv[1], email="reader@example.nhs.uk", limiter=Never(), retries=0, timeout=10)
print(tried(lambda: pubmed.count("zinc").count))
model = OpenAICompatibleModel("tiny", api_key=None, base_url=sys.argv[2], retries=0, timeout=10)
print(tried(model.check))
"""


class Answers(BaseHTTPRequestHandler):
    """PubMed and a model's server in one."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def _answer(self) -> None:
        models = self.path.startswith("/v1/models")
        listed = {"object": "list", "data": [{"id": "tiny", "object": "model", "created": 1, "owned_by": "made"}]}
        body = json.dumps(listed).encode() if models else search_answer(61, [], translation="zinc")
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if models else "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@dataclass
class Site:
    """A trust's network: its proxy's address, its authority's certificate, what the proxy was asked for, a plain server."""

    proxy: str
    bundle: Path
    plain: str
    asked: list[str] = field(default_factory=list)


class Proxy(BaseHTTPRequestHandler):
    """Opens a tunnel to the one server that there is, whatever host was named, and notes which."""

    asked: list[str]
    onward: tuple[str, int]

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        with socket.create_connection(self.onward, timeout=10) as other:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: other, other: self.connection}
            while ready := select.select(list(ends), [], [], 10)[0]:
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def served(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    root, root_key = certificate("A Trust's proxy", None)
    own, own_key = certificate("A Trust", (x509.load_pem_x509_certificate(root).subject, root_key), PUBMED, MODEL)
    private = own_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "root.pem").write_bytes(root)
    (tmp_path / "server.pem").write_bytes(own + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    secure, plain, asked = served(Answers, context), served(Answers), list[str]()
    onward = ("127.0.0.1", secure.server_address[1])
    proxy = served(type("OwnProxy", (Proxy,), {"asked": asked, "onward": onward}))
    address = f"http://127.0.0.1:{plain.server_address[1]}"
    yield Site(f"http://127.0.0.1:{proxy.server_address[1]}", tmp_path / "root.pem", address, asked)
    for server in (proxy, secure, plain):
        server.shutdown()
        server.server_close()


def said(site: Site, pubmed: str, model: str, home: Path, **settings: Any) -> list[str]:
    """What a process of its own got from PubMed, and from the model's server; `settings` are its environment."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, pubmed, model],
        env={**known, "EVIDENCE_HOME": str(home), "HTTPS_PROXY": site.proxy, "HTTP_PROXY": site.proxy, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.parametrize("variable", ["EVIDENCE_CA_BUNDLE", "SSL_CERT_FILE"])
def test_both_clients_go_through_the_proxy_and_trust_its_authority(site: Site, tmp_path: Path, variable: str) -> None:
    told = {variable: str(site.bundle)}
    assert said(site, f"https://{PUBMED}/entrez/eutils/", f"https://{MODEL}/v1", tmp_path / "home", **told) == ["61", "None"]
    assert site.asked == [f"{PUBMED}:443", f"{MODEL}:443"]


def test_an_authority_that_is_not_named_is_not_trusted_and_the_sentence_says_so(site: Site, tmp_path: Path) -> None:
    pubmed, model = said(site, f"https://{PUBMED}/entrez/eutils/", f"https://{MODEL}/v1", tmp_path / "home")
    assert "certificate" in pubmed
    assert "certificate" in model


def test_what_needs_no_proxy_goes_straight(site: Site, tmp_path: Path) -> None:
    straight = {"NO_PROXY": "127.0.0.1"}
    assert said(site, f"{site.plain}/entrez/eutils/", f"{site.plain}/v1", tmp_path / "home", **straight) == ["61", "None"]
    assert site.asked == []
