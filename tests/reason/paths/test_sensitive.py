"""What counts as sensitive: tags decide, names are a hint."""

import pytest

from scanner.model.kind import Api, Scope
from scanner.model.maybe import ABSENT, Reason, unknown
from scanner.model.s3 import Bucket
from scanner.reason.paths.sensitive import found_by_macie, sensitivity

HERE = Scope("aws", "123456789012")


def bucket(name):
    more = {"arn": ABSENT, "name": name, "tags": {}, "region": "eu-west-1", "owner": ABSENT}
    return Bucket(scope=HERE, id=name, origin=Api("x", HERE), **more)


@pytest.mark.parametrize(
    "tags",
    [{"data-classification": "Confidential"}, {"DataClass": "PII"}, {"sensitivity": "high"}, {"compliance": "PCI-DSS"}],
)
def test_a_tag_that_says_so_makes_any_name_sensitive(tags):
    assert sensitivity(bucket("assets"), tags).startswith("tagged ")


@pytest.mark.parametrize("name", ["customer-data", "prod.backups", "acme-payroll", "tfstate-eu", "hr"])
def test_a_name_is_a_hint_of_low_confidence(name):
    assert "low confidence" in sensitivity(bucket(name), {})


@pytest.mark.parametrize("name", ["assets", "website", "chrome", "preproduct", "monkeys"])
def test_a_name_that_only_contains_a_hint_says_nothing(name):
    assert "" == sensitivity(bucket(name), {})


def test_a_tag_that_calls_it_public_outweighs_its_name_and_unread_tags_do_not():
    assert "" == sensitivity(bucket("customer-data"), {"data-classification": "public"})
    assert sensitivity(bucket("customer-data"), unknown(Reason.DENIED, "denied"))


@pytest.mark.parametrize(
    "score, expected",
    [
        (100, True),
        (51, True),
        (50, False),
        (1, False),
        (-1, False),
        (ABSENT, False),
    ],
)
def test_macie_makes_a_bucket_sensitive_where_it_found_something(score, expected):
    assert expected is bool(found_by_macie(score))


def test_a_score_that_was_not_read_says_nothing():
    assert "" == found_by_macie(unknown(Reason.DENIED, "denied"))
