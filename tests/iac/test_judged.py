"""What the code could be asked, and what not."""

import pytest

from scanner.iac.judged import spans_of


@pytest.mark.parametrize(
    "ids, expected",
    [
        ([], []),
        (["S3-001"], ["S3-001"]),
        (["S3-001", "S3-002", "S3-003"], ["S3-001 to S3-003"]),
        (["S3-001", "S3-003"], ["S3-001", "S3-003"]),
        (["A-009", "A-010", "B-011"], ["A-009 to A-010", "B-011"]),
        (["MINE", "YOURS"], ["MINE", "YOURS"]),
    ],
)
def test_ids_that_follow_on_each_other_are_one_span(ids, expected):
    assert list(spans_of(ids)) == expected
