"""With a folder of keys a service proves who it is to Kafka, and takes no stranger for it."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.delivery import KafkaPlace

BORN = datetime(2026, 1, 1, tzinfo=UTC)
Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(name: str, signer: Signer | None = None) -> Signer:
    """Signed by `signer`, or by itself as an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = signer[0].subject if signer else named(name)
    built = (
        x509.CertificateBuilder(issuer, named(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(BORN)
        .not_valid_after(BORN + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if signer:
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer[1].public_key())
        built = built.add_extension(by, critical=False)
    return built.sign(signer[1] if signer else key, hashes.SHA256()), key


def write(folder: Path, name: str, signed: Signer) -> None:
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / f"{name}.crt").write_bytes(signed[0].public_bytes(pem))
    (folder / f"{name}.key").write_bytes(signed[1].private_bytes(pem, form, plain))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    authority = certificate("authority")
    write(tmp_path, "ca", authority)
    write(tmp_path, "user", certificate("sla", authority))
    write(tmp_path, "broker", certificate("broker", authority))
    write(tmp_path, "stranger", certificate("stranger"))
    return tmp_path


async def greeted(folder: Path, broker: str) -> str:
    """The name under which a broker with that certificate knows us."""
    asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "ca.crt")
    server_side.load_cert_chain(folder / f"{broker}.crt", folder / f"{broker}.key")
    server_side.verify_mode = ssl.CERT_REQUIRED

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        subject = writer.get_extra_info("peercert")["subject"]
        asked.set_result(subject[0][0][1])
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server_side) as server:
        port = server.sockets[0].getsockname()[1]
        proof = KafkaPlace("localhost", tls=folder).proof()
        reader, writer = await asyncio.open_connection("localhost", port, ssl=proof)
        await reader.read()
        writer.close()
        return await asked


@pytest.mark.anyio
async def test_proves_who_it_is(folder: Path) -> None:
    assert await greeted(folder, "broker") == "sla"


@pytest.mark.anyio
async def test_takes_no_stranger_for_kafka(folder: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await greeted(folder, "stranger")


def test_speaks_in_plain_without_a_folder() -> None:
    assert KafkaPlace("localhost").proof() is None
