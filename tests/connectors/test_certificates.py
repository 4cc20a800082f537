"""A service's own certificate authority, trusted by everything that goes out: a real server on loopback, signed by one."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.certificates import trust_bundle
from connectors.settings import Settings
from evidence.errors import InvalidInput

PROGRAM = """
import sys, urllib.request, httpx
from connectors.certificates import trust_bundle
from connectors.settings import Settings
trust_bundle(Settings.load())
print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode(), httpx.get(sys.argv[1], timeout=10).text)
"""


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def certificate(
    name: str, signer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None, *hosts: str
) -> tuple[bytes, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    places = [x509.IPAddress(ip_address("127.0.0.1")), *(x509.DNSName(host) for host in hosts)]
    issuer, signing = signer or (subject, key)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM), key


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The file of an authority's certificate, and the address of a server that has one of it."""
    root, root_key = certificate("A Trust's proxy", None)
    own, own_key = certificate("127.0.0.1", (x509.load_pem_x509_certificate(root).subject, root_key))
    private = own_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "root.pem").write_bytes(root)
    (tmp_path / "server.pem").write_bytes(own + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield tmp_path / "root.pem", f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def asked(address: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a process of its own is told by the server; the settings are its environment."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, address],
        env={**known, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_authority_of_the_settings_is_trusted_beside_the_usual_ones(authority: tuple[Path, str], tmp_path: Path) -> None:
    bundle, address = authority
    home = {"EVIDENCE_HOME": str(tmp_path / "home")}
    assert "CERTIFICATE_VERIFY_FAILED" in asked(address, **home).stderr
    assert asked(address, EVIDENCE_CA_BUNDLE=str(bundle), **home).stdout == "ok ok\n"
    together = (tmp_path / "home" / "certificates.pem").read_text(encoding="utf-8")
    assert together.count("BEGIN CERTIFICATE") > 50


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_certificates_is_one_sentence(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "bundle.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InvalidInput, match="give a PEM file"):
        trust_bundle(Settings.load(home=tmp_path, ca_bundle=file))
