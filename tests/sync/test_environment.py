"""What a hostile environment sets is forgotten before anything reads it."""

import os
import subprocess
import sys
from pathlib import Path

from desktop.sync.environment import scrub_environment


def test_variables_that_weaken_tls_or_run_foreign_code_are_forgotten() -> None:
    hostile = {
        "SSLKEYLOGFILE": "/somewhere/keys",
        "REQUESTS_CA_BUNDLE": "evil.pem",
        "CURL_CA_BUNDLE": "evil.pem",
        "SSL_CERT_FILE": "evil.pem",
        "SSL_CERT_DIR": "evil",
        "OPENSSL_CONF": "evil.cnf",
        "PYTHONPATH": "evil",
        "PYTHONSTARTUP": "evil.py",
        "PythonInspect": "1",
    }
    harmless = {"PATH": "/bin", "LANG": "fr_FR.UTF-8", "PYTHONUTF8": "1", "HTTPS_PROXY": "x"}
    environment = hostile | harmless

    scrub_environment(environment)

    assert environment == harmless


def test_the_process_itself_forgets_them_before_tls_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from desktop.sync.environment import scrub_environment\n"
        "assert 'ssl' not in sys.modules\n"
        "scrub_environment()\n"
        "import ssl\n"
        "print(ssl.create_default_context().keylog_filename)\n"
    )
    environment = os.environ | {"SSLKEYLOGFILE": str(tmp_path / "keys")}
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert told.stdout.strip() == "None"
