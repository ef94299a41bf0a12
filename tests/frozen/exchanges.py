"""Exchanges between a laptop and the office, as bytes kept in a folder."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import requests

from protocol import compression

INDEX = "exchanges.json"
_CLEAR = 32 << 10
"""Clear bodies beyond that are kept compressed only."""
_KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Retry-After")


class Exchange(msgspec.Struct, frozen=True):
    """One request and its reply; their bodies are in files of the same name."""

    name: str
    method: str
    target: str
    headers: dict[str, str]
    status: int
    reply_headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """An exchange with its bytes, as they were on the wire."""

    exchange: Exchange
    request: bytes
    reply: bytes

    @property
    def clear_request(self) -> bytes:
        """Return the request's body without its encoding."""
        return _clear(self.exchange.headers, self.request)

    @property
    def clear_reply(self) -> bytes:
        """Return the reply's body without its encoding."""
        return _clear(self.exchange.reply_headers, self.reply)


@dataclass
class Recorder:
    """Speaks with an office, and keeps what was said."""

    url: str
    samples: list[Sample] = field(default_factory=list)

    def say(
        self, name: str, method: str, target: str, body: bytes, headers: dict[str, str]
    ) -> Sample:
        """Send a request as it is; return the exchange."""
        answer = requests.request(
            method,
            self.url + target,
            data=body,
            headers={"Accept-Encoding": compression.ENCODING, **headers},
            timeout=60,
            stream=True,
        )
        raw: bytes = answer.raw.read(decode_content=False)
        kept = {key: answer.headers[key] for key in _KEPT_HEADERS if key in answer.headers}
        sample = Sample(
            Exchange(name, method, target, headers, answer.status_code, kept), body, raw
        )
        self.samples.append(sample)
        return sample


def save(samples: list[Sample], folder: Path) -> None:
    """Write exchanges in a folder, compressed as they were, and clear for who reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    index = [sample.exchange for sample in samples]
    (folder / INDEX).write_bytes(msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n")
    for number, sample in enumerate(samples, start=1):
        stem = f"{number:02}-{sample.exchange.name}"
        said = {"request": sample.exchange.headers, "reply": sample.exchange.reply_headers}
        for side, headers in said.items():
            raw = sample.request if side == "request" else sample.reply
            clear = _clear(headers, raw)
            if clear != raw:
                (folder / f"{stem}.{side}.zst").write_bytes(raw)
            if clear and (clear == raw or len(clear) <= _CLEAR):
                (folder / f"{stem}.{side}.json").write_bytes(clear)


def load(folder: Path) -> list[Sample]:
    """Return the exchanges of a folder."""
    index = msgspec.json.decode((folder / INDEX).read_bytes(), type=list[Exchange])
    return [
        Sample(exchange, _body(stem, "request"), _body(stem, "reply"))
        for number, exchange in enumerate(index, start=1)
        for stem in (folder / f"{number:02}-{exchange.name}",)
    ]


def fingerprint(folder: Path) -> str:
    """Return the BLAKE2b of all the files of a folder but its README."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.iterdir()):
        if path.name != "README.md":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _body(stem: Path, side: str) -> bytes:
    for suffix in ("zst", "json"):
        path = stem.with_name(f"{stem.name}.{side}.{suffix}")
        if path.exists():
            return path.read_bytes()
    return b""


def _clear(headers: dict[str, str], body: bytes) -> bytes:
    if headers.get("Content-Encoding") == compression.ENCODING:
        return compression.decompress(body)
    return body
