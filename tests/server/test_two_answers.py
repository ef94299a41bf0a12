"""The office keeps its last two answers: a laptop sends a batch while it writes the one before."""

import pytest

from protocol import wire
from tests.server.samples import edit, person
from tests.support.raw_device import Op, RawDevice, Refused


def batches(claire: RawDevice) -> list[wire.SyncRequest]:
    """Return three batches that follow one another, the second with a change that is refused."""
    made = [person(claire) for _ in range(5)]
    refused = edit(made[0], 0, created_at="2020-01-01T00:00:00Z")
    requests = []
    for ops in (made[:2], [made[2], refused, made[3]], made[4:]):
        requests.append(claire.request(ops, pull=False))
        claire.next_op += len(ops)
    return requests


def joined(claire: RawDevice, first_op: int, ops: list[Op]) -> wire.SyncRequest:
    """Return one request with operations numbered from ``first_op``."""
    return claire.request(ops, first_op=first_op, pull=False)


@pytest.mark.invariant(5, 6)
def test_two_batches_whose_answers_were_lost_are_answered_again(claire: RawDevice) -> None:
    first, second, third = batches(claire)
    answers = [claire.ask(first), claire.ask(second)]
    assert [answer.ack for answer in answers] == [2, 5]
    assert [result.index for result in answers[1].results] == [1]
    for _ in range(2):
        again = [claire.ask(first), claire.ask(second)]
        assert [(it.ack, it.results) for it in again] == [(it.ack, it.results) for it in answers]
    assert claire.ask(third).ack == 6
    again = [claire.ask(second), claire.ask(third)]
    assert [(it.ack, len(it.results)) for it in again] == [(5, 1), (6, 0)]


def test_a_batch_that_was_answered_long_ago_is_nobodys_to_send_again(claire: RawDevice) -> None:
    first, second, third = batches(claire)
    for request in (first, second, third):
        claire.ask(request)
    with pytest.raises(Refused) as refused:
        claire.ask(first)
    assert refused.value.code == "forked"


def test_both_batches_sent_again_as_one_are_answered_as_both_were(claire: RawDevice) -> None:
    made = [person(claire) for _ in range(3)]
    refused = edit(made[0], 0, created_at="2020-01-01T00:00:00Z")
    claire.ask(joined(claire, 1, made[:2]))
    claire.ask(joined(claire, 3, [refused]))
    both = claire.ask(joined(claire, 1, [*made[:2], refused]))
    assert (both.ack, [result.index for result in both.results]) == (3, [2])
    more = claire.ask(joined(claire, 1, [*made[:2], refused, made[2]]))
    assert (more.ack, [result.index for result in more.results]) == (4, [2])
    assert claire.ask(joined(claire, 1, [*made[:2], refused, made[2]])).ack == 4


def test_part_of_a_batch_is_not_taken_for_the_batch(claire: RawDevice) -> None:
    made = [person(claire) for _ in range(4)]
    claire.ask(joined(claire, 1, made[:2]))
    claire.ask(joined(claire, 3, made[2:]))
    for first_op, ops in ((1, made[:1]), (1, made[:3]), (2, made[1:2]), (3, made[2:3])):
        with pytest.raises(Refused) as refused:
            claire.ask(joined(claire, first_op, ops))
        assert refused.value.code == "forked"


@pytest.mark.parametrize("place", [0, 1])
def test_new_work_under_the_numbers_of_either_batch_is_refused(
    claire: RawDevice, place: int
) -> None:
    first, second, _ = batches(claire)
    claire.ask(first)
    claire.ask(second)
    count = (len(first.ops), len(second.ops))[place]
    other = joined(claire, (1, 3)[place], [person(claire) for _ in range(count)])
    with pytest.raises(Refused) as refused:
        claire.ask(other)
    assert refused.value.code == "forked"


def test_a_laptop_that_reads_with_an_earlier_batch_has_forgotten_the_last(
    claire: RawDevice,
) -> None:
    made = [person(claire) for _ in range(2)]
    claire.ask(joined(claire, 1, made[:1]))
    claire.ask(joined(claire, 2, made[1:]))
    with pytest.raises(Refused) as refused:
        claire.ask(claire.request(made[:1], first_op=1, pull=True))
    assert refused.value.code == "forked"
