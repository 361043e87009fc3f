"""Evidence files: the same content gives the same bytes, and nothing damaged or foreign is taken for evidence."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import SourceError
from scanner.evidence import (
    Answer,
    Evidence,
    Failure,
    Key,
    canonical,
    is_evidence,
    read_evidence,
    write_evidence,
)
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why
from scanner.testing import ACCOUNT, NOW, REGION

TEXT = st.text(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.builds(Key, st.just("aws"), st.just(ACCOUNT), st.sampled_from(["global", REGION]), TEXT, TEXT, TEXT)
ANSWERS = st.builds(
    Answer,
    st.lists(st.dictionaries(TEXT, JSON, max_size=3), max_size=3).map(tuple),
    complete=st.booleans(),
    failure=st.none() | st.builds(Failure, TEXT, TEXT, st.sampled_from(Reason)),
)


def evidence(answers: dict[Key, Answer]) -> Evidence:
    return Evidence(
        targets=(Scope("aws", ACCOUNT), Scope("aws", ACCOUNT, REGION)),
        taken_at=NOW,
        answers=answers,
        tool="casemate 0",
        notes=("x.json: not used",),
        left_out={f"{ACCOUNT}/ap-east-1": "the region is not enabled"},
        regions_unread={ACCOUNT: Why(Reason.DENIED, "no")},
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "evidence.json.gz"
    key = Key("aws", ACCOUNT, "global", "s3", "ListBuckets", "")
    write_evidence(evidence({key: Answer(({"Buckets": [{"Name": "a"}]},))}), path)
    return path


@settings(max_examples=50)
@given(st.dictionaries(KEYS, ANSWERS, max_size=4))
def test_what_is_written_is_read_back(tmp_path_factory, answers):
    path = tmp_path_factory.mktemp("evidence") / "e.gz"
    digest = write_evidence(evidence(answers), path)
    assert evidence(answers) == read_evidence(path)
    assert write_evidence(read_evidence(path), path) == digest


def test_the_order_in_which_answers_came_does_not_show_in_the_file(tmp_path):
    pairs = [(Key("aws", ACCOUNT, "global", "iam", name, ""), Answer(({"n": name},))) for name in "cab"]
    write_evidence(evidence(dict(pairs)), tmp_path / "1")
    write_evidence(evidence(dict(reversed(pairs))), tmp_path / "2")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def many_pages(number: int) -> Evidence:
    key = Key("aws", ACCOUNT, REGION, "inspector2", "ListFindings", "")
    return evidence({key: Answer(tuple({"findings": [{"number": page}]} for page in range(number)), complete=False)})


@pytest.mark.parametrize("number", [0, 1, 49, 50, 51, 100, 101, 137])
def test_an_answer_of_many_pages_is_read_back_from_lines_of_bounded_length(tmp_path, number):
    path = tmp_path / "e.gz"
    digest = write_evidence(many_pages(number), path)
    assert read_evidence(path) == many_pages(number)
    assert write_evidence(read_evidence(path), path) == digest
    lines = gzip.decompress(path.read_bytes()).splitlines()
    assert max(map(len, lines)) < 4000
    assert json.loads(lines[0])["version"] == (2 if number > 50 else 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [lines[0], lines[1], lines[3], lines[4]],
        lambda lines: [lines[0], *lines[1:3], lines[4]],
        lambda lines: [lines[0], lines[1].replace(b"ListFindings", b"ListCoverage"), *lines[2:]],
    ],
    ids=["a part is gone", "another part is gone", "the record is gone", "a part is another call's"],
)
def test_pages_that_do_not_fit_their_call_are_refused(tmp_path, change):
    path = tmp_path / "e.gz"
    write_evidence(many_pages(130), path)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(change(lines))))
    with pytest.raises(SourceError, match="altered"):
        read_evidence(path)


def test_a_page_that_is_no_object_is_refused(file):
    text = gzip.decompress(file.read_bytes()).replace(b'"pages":[{', b'"pages":[1,{', 1)
    file.write_bytes(gzip.compress(text))
    with pytest.raises(SourceError, match="altered"):
        read_evidence(file)


def test_every_truncation_is_refused(file, tmp_path):
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        part = tmp_path / "part"
        part.write_bytes(whole[:length])
        with pytest.raises(SourceError):
            read_evidence(part)


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda text: text.replace(b'"Name":"a"', b'"Name":"b"'), "digest"),
        (lambda text: text + b'{"more":1}\n', "digest"),
        (lambda text: text.rsplit(b"\n", 2)[0] + b"\n", "no trailer"),
        (lambda text: text.replace(b'"version":1', b'"version":99', 1), "version 99"),
        (lambda text: text.replace(b"casemate-evidence", b"something-else", 1), "not an evidence file"),
        (lambda text: text.replace(b'{"key"', b'["key"', 1), "not evidence"),
        (lambda _: b"[" * 100_000, "not evidence"),
        (lambda _: b"\xff\xfe\n", "not evidence"),
        (lambda _: b"", "not evidence"),
    ],
)
def test_an_altered_file_is_refused_and_says_why(file, change, says):
    file.write_bytes(gzip.compress(change(gzip.decompress(file.read_bytes()))))
    with pytest.raises(SourceError, match=says):
        read_evidence(file)


def test_a_file_of_another_kind_is_not_taken_for_evidence(tmp_path, file):
    other = tmp_path / "plan.json"
    other.write_text(json.dumps({"format_version": "1.2"}))
    assert not is_evidence(other)
    assert not is_evidence(tmp_path / "absent")
    assert is_evidence(file)
    with pytest.raises(SourceError, match="damaged"):
        read_evidence(other)


def test_parameters_have_one_text_whatever_their_order_and_page_size():
    assert canonical({"b": 1, "a": "ü", "MaxResults": 100, "NextToken": "t"}) == canonical({"a": "ü", "b": 1})
    assert canonical({"MaxBuckets": 1000}) == ""


def test_an_answer_without_its_last_page_is_short():
    assert Answer(({},)).shortfall() is None
    assert Answer(({},), complete=False).shortfall() == Why(
        Reason.NOT_COLLECTED, "the answer ends before its last page"
    )
    failed = Answer((), complete=False, failure=Failure("AccessDenied", "no", Reason.DENIED))
    assert failed.shortfall() == Why(Reason.DENIED, "AccessDenied: no")
