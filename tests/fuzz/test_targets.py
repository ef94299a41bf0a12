"""Each reader, given what is nearly right, for a second; at length: ``make fuzz``."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target, write_samples


@st.composite
def nearly(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A sample with a few mistakes, or anything at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=400))
    content = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 3))):
        at, to = draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))
        before, after = content[:at], content[at:]
        content = draw(
            st.sampled_from(
                (
                    before,
                    before + draw(st.binary(max_size=8)) + after,
                    before + draw(st.binary(max_size=8)) + after[8:],
                    before + bytes([(after[0] if after else 0) ^ 1 << at % 8]) + after[1:],
                    before + content[min(at, to) : max(at, to)][:200] + after,
                    content[:to] + after if to <= at else content[:at] + content[to:],
                )
            )
        )
    return content


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_right_is_read(name: str) -> None:
    for sample in TARGETS[name].samples():
        TARGETS[name].read(sample)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_the_bytes_they_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=40, database=None)
    @example(b"")
    @given(nearly(target.samples()))
    def try_it(content: bytes) -> None:
        target.read(content)

    try_it()


def test_a_reader_that_stumbles_is_seen() -> None:
    """The control: one that believes a length without looking."""

    def stumble(content: bytes) -> None:
        if content.startswith(b"COFFRE"):
            content[int.from_bytes(content[6:8], "big")]

    target = Target(stumble, lambda: [b"COFFRE\x00\x11" + bytes(10)])

    @settings(max_examples=60, database=None, print_blob=False)
    @given(nearly(target.samples()))
    def try_it(content: bytes) -> None:
        target.read(content)

    with pytest.raises(IndexError):
        try_it()


def test_a_fuzzer_begins_from_what_is_right(tmp_path: Path) -> None:
    for name in TARGETS:
        write_samples(name, tmp_path / name)
        assert list((tmp_path / name).iterdir())
