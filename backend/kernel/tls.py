"""A certificate authority of this installation's own, for `./dev up --lan`.

A phone gives a page its camera and its service worker only over TLS that it trusts. On a local network no public
authority can vouch for us, so we make one: it is made once, kept in the state folder, and signs one certificate for the
machine's names and addresses, made anew whenever these change or it nears its end.
"""

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from backend.kernel import clock

AUTHORITY_YEARS = 10
LEAF_DAYS = (
    397  # the longest that browsers take from a public authority; phones take 825 from one of one's own
)
RENEW_DAYS_BEFORE = 30
CLOCK_SKEW = timedelta(days=1)  # a device whose clock is a day behind must still trust a new certificate
NOWHERE = ("192.0.2.1", 9)  # TEST-NET-1 (RFC 5737): asks the routing table, sends nothing


@dataclass(frozen=True)
class Certificates:
    """Files in PEM form. `fingerprint` is the authority's SHA-256, in the form that phones show it."""

    ca_pem_path: Path
    cert: Path
    key: Path
    fingerprint: str


def lan_hosts() -> list[str]:
    """The names and addresses by which others on the local network may reach this machine, the likeliest address first."""
    addresses: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(NOWHERE)
        addresses.append(probe.getsockname()[0])
    name = socket.gethostname()
    with contextlib.suppress(OSError):
        addresses += [str(found[4][0]) for found in socket.getaddrinfo(name, None, socket.AF_INET)]
    real = [address for address in addresses if not ipaddress.ip_address(address).is_loopback]
    return list(
        dict.fromkeys([*real, name, f"{name.split('.', maxsplit=1)[0]}.local", "localhost", "127.0.0.1"])
    )


def ensure_certificates(state: Path, hosts: Iterable[str]) -> Certificates:
    """The authority and a certificate for `hosts` (DNS names and IP addresses), made where missing or out of date."""
    folder = state / "tls"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, authority_key = _authority(folder)
    cert, key = folder / "server.pem", folder / "server.key"
    wanted = sorted(set(hosts))
    if not _still_good(cert, wanted, authority):
        leaf_key = ec.generate_private_key(ec.SECP256R1())
        leaf = _leaf(wanted, leaf_key, authority, authority_key)
        _write_key(key, leaf_key)
        cert.write_bytes(_pem(leaf) + _pem(authority))
    digest = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificates(folder / "gemba-ca.crt", cert, key, digest)


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    cert_path, key_path = folder / "gemba-ca.crt", folder / "gemba-ca.key"
    if cert_path.exists() and key_path.exists():
        kept = x509.load_pem_x509_certificate(cert_path.read_bytes())
        kept_key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if isinstance(kept_key, ec.EllipticCurvePrivateKey) and kept.not_valid_after_utc > clock.now():
            return kept, kept_key
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Gemba on {socket.gethostname()}")
    made = (
        _unsigned(name, name, key.public_key(), timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_path, key)
    cert_path.write_bytes(_pem(made))
    return made, key


def _leaf(
    hosts: list[str],
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _unsigned(_name("Gemba"), authority.subject, key.public_key(), timedelta(days=LEAF_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, life: timedelta
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _still_good(cert: Path, hosts: list[str], authority: x509.Certificate) -> bool:
    if not cert.exists():
        return False
    leaf = x509.load_pem_x509_certificate(cert.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    same_hosts = list(names) == [_general_name(host) for host in hosts]
    in_time = leaf.not_valid_after_utc - timedelta(days=RENEW_DAYS_BEFORE) > clock.now()
    try:
        leaf.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001  # whatever is wrong with it, it is made anew
        return False
    return same_hosts and in_time


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    longest = 64  # X.520's bound for a common name
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:longest])])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(plain)
