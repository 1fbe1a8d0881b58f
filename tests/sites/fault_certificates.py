"""Certificates for the fault server, made anew for each test: one that is right, others not."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An authority of our own, which a crawler trusts that has SSL_CERT_FILE set to `file`."""

    #: Where its files lie.
    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def file(self) -> Path:
        """Its certificate."""
        return self.folder / "authority.pem"

    def context(
        self, host: str, *, named: str = "", expired: bool = False, own: bool = False
    ) -> ssl.SSLContext:
        """What a server needs to be `host`.

        Args:
            host: The server's name.
            named: The name in the certificate, if it is another one.
            expired: Whether it ended yesterday.
            own: Whether it is signed by itself.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        name = named or host
        issuer = _name(name) if own else self.certificate.subject
        certificate = (
            _builder(name, key, expired=expired)
            .issuer_name(issuer)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(key if own else self.key, hashes.SHA256())
        )
        file = self.folder / f"{host}.pem"
        file.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def authority(folder: Path) -> Authority:
    """Make one that keeps its files in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = "Authority of a test"
    certificate = (
        _builder(name, key, expired=False)
        .issuer_name(_name(name))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Authority(folder=folder, key=key, certificate=certificate)
    made.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return made


def _builder(
    name: str, key: ec.EllipticCurvePrivateKey, *, expired: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    end = now - _DAY if expired else now + 2 * _DAY
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * _DAY)
        .not_valid_after(end)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
