"""What must not be inherited from the environment, removed before anything reads it.

Imports nothing that knows TLS: OpenSSL reads some of these when it is loaded.
"""

import os
from collections.abc import MutableMapping

_NAMES = frozenset(
    {
        "SSLKEYLOGFILE",  # would write the secrets of each connection into a file
        "REQUESTS_CA_BUNDLE",  # would replace the authority we trust
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "OPENSSL_CONF",  # would load foreign code, or lower what OpenSSL demands
        "OPENSSL_CONF_INCLUDE",
        "OPENSSL_MODULES",
        "OPENSSL_ENGINES",
        "KEYCHAIN_PATH",  # would have another keychain hold the secret of the quick unlock
    }
)
_PREFIXES = ("PYTHON", "KEYRING_PROPERTY_")
_KEPT = frozenset({"PYTHONUTF8"})  # harmless, and the locked window is a new process that wants it


def scrub_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Forget what weakens TLS or the keyring, or runs foreign Python; for ``__main__``, first."""
    for name in list(environment):
        folded = name.upper()
        if folded in _NAMES or (folded.startswith(_PREFIXES) and folded not in _KEPT):
            del environment[name]
