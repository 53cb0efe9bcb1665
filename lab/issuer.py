"""The lab's stand-in for identity providers: discovery, keys and tokens, on loopback.

API servers of the lab ask it for the keys of every issuer that the estate declares, and use
the declared address as the issuer's. It runs only while somebody wants tokens; without it nobody
logs in by token, and all else works.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import threading
import time
import urllib.parse
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.ports import LOOPBACK, free

_ALGORITHM = "ES256"
_MINUTE = 60


class Issuer:
    """Where a lab's API servers look for keys: one port and one certificate per lab, kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def port(self) -> int:
        """The port that is, or would be, listened on."""
        file = self._folder / "port"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_text(str(free(1)[0]), encoding="ascii")
        return int(file.read_text(encoding="ascii"))

    @property
    def certificate(self) -> str:
        """Its own, which is also its authority."""
        self._made()
        return (self._folder / "tls.crt").read_text(encoding="ascii")

    def discovery(self, url: str) -> str:
        """Where the metadata of the issuer with the address ``url`` stands."""
        return f"{self._base(url)}/.well-known/openid-configuration"

    @contextmanager
    def serving(self) -> Generator[Signer]:
        """Answers API servers for as long as the block runs; signs tokens with new keys."""
        signer = Signer(keys={}, lock=threading.Lock())
        base = self._base

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                first, _, rest = self.path.lstrip("/").partition("/")
                url = urllib.parse.unquote(first)
                answer = {
                    ".well-known/openid-configuration": {
                        "issuer": url,
                        "jwks_uri": f"{base(url)}/keys",
                        "id_token_signing_alg_values_supported": [_ALGORITHM],
                    },
                    "keys": {"keys": [signer.public(url)]},
                }.get(rest)
                self.send_response(200 if answer else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._made()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "tls.crt", self._folder / "tls.key")
        server = ThreadingHTTPServer((LOOPBACK, self.port), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield signer
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _base(self, url: str) -> str:
        return f"https://{LOOPBACK}:{self.port}/{urllib.parse.quote(url, safe='')}"

    def _made(self) -> None:
        """A certificate of its own, once. The key is written first: without it there is none."""
        if (self._folder / "tls.crt").exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab issuer")])
        now = datetime.datetime.now(datetime.UTC)
        address = x509.IPAddress(ipaddress.ip_address(LOOPBACK))
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=3650))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        for name, content in (
            ("tls.key", secret),
            ("tls.crt", certificate.public_bytes(serialization.Encoding.PEM)),
        ):
            half = self._folder / f"{name}.part"
            half.touch(mode=0o600)
            half.write_bytes(content)
            half.replace(self._folder / name)


@dataclass(frozen=True)
class Signer:
    """Signs tokens in the name of any issuer, with a key for each."""

    keys: dict[str, ec.EllipticCurvePrivateKey]
    lock: threading.Lock

    def token(self, url: str, claims: Mapping[str, Any], *, signed_by: str | None = None) -> str:
        """A token of the issuer ``url``, for ten minutes where the claims say nothing else.

        ``signed_by``: another issuer, with whose key it is signed; such a token is a forgery.
        """
        now = int(time.time())
        whole = {"iss": url, "iat": now, "exp": now + 10 * _MINUTE, **claims}
        signer = signed_by or url
        return jwt.encode(whole, self._key(signer), _ALGORITHM, headers={"kid": signer})

    def public(self, url: str) -> dict[str, Any]:
        """The issuer's public key, as API servers fetch it."""
        found = jwt.get_algorithm_by_name(_ALGORITHM).to_jwk(
            self._key(url).public_key(), as_dict=True
        )
        return {**found, "kid": url, "use": "sig", "alg": _ALGORITHM}

    def _key(self, url: str) -> ec.EllipticCurvePrivateKey:
        with self.lock:
            return self.keys.setdefault(url, ec.generate_private_key(ec.SECP256R1()))
