"""The demonstration's own certificate authority, which only its laptops trust."""

from pathlib import Path

import trustme


class Certificates:
    """Where the authority lies, and the certificate it gives the office."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.certificate = folder / "office.pem"
        self.key = folder / "office.key"

    def make(self) -> None:
        """Make an authority and a certificate for this machine."""
        issuer = trustme.CA(organization_name="Démonstration de Coffre")
        issued = issuer.issue_cert("localhost", "127.0.0.1")
        self.authority.parent.mkdir(parents=True, exist_ok=True)
        issuer.cert_pem.write_to_path(self.authority)
        self.certificate.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
        self.key.touch(mode=0o600)
        issued.private_key_pem.write_to_path(self.key)
