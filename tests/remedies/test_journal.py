"""A journal says what happened, or is refused with the reason."""

import json

import pytest

from scanner.errors import RemedyError, SourceError
from scanner.remedies.journal import Event, account_lock, create_journal, open_journal, read_journal
from tests.remedies.plans import plan_of


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "j.journal.jsonl"
    with create_journal(path, plan_of(2), "me", "test", [1, 2]) as kept:
        kept.write(Event.INTENT, 1, before=[None])
        kept.write(Event.APPLIED, 1, request_id="r")
        kept.write(Event.CLOSED)
    return path


def test_every_line_is_json_that_says_what_it_is_and_only_the_owner_may_read_it(journal):
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["OPENED", "PLANNED", "PLANNED", "INTENT", "APPLIED", "CLOSED"]
    assert lines[0]["said"]["format"] == "casemate-fix-journal"
    assert lines[1]["said"]["planned"]["call"]["operation"] == "PutThing"
    assert journal.stat().st_mode & 0o077 == 0


def test_what_was_written_is_read_back(journal):
    record = read_journal(journal)
    assert record.is_closed
    assert record.last(1).event is Event.APPLIED
    assert record.last(2) is None
    assert sorted(record.steps) == [1, 2]


@pytest.mark.parametrize(
    "change,says",
    [
        (lambda lines: [line.replace(b"PutThing", b"PutThong") for line in lines], ":2: the journal was changed"),
        (lambda lines: lines[:3] + lines[4:], ":4: the journal was changed: a line before this one is missing"),
        (lambda lines: [*lines[:3], lines[3], *lines[3:]], ":5: the journal was changed"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], ":2: the journal was changed"),
        (lambda lines: [*lines[:3], b"{}", *lines[3:]], ":4: the journal is damaged"),
        (lambda lines: [*lines[:3], lines[3][:40], *lines[4:]], ":4: the journal is damaged"),
        (lambda lines: [b'{"a": 1}'], "no journal of a fix"),
        (lambda lines: [], "no journal of a fix"),
        (lambda lines: lines[1:], ":1: the journal was changed"),
    ],
)
def test_a_journal_that_was_changed_is_refused_with_the_line(journal, change, says):
    journal.write_bytes(b"\n".join(change(journal.read_bytes().splitlines())) + b"\n")
    with pytest.raises(SourceError, match=says.replace("[", r"\[")):
        open_journal(journal)


def test_a_journal_of_a_newer_version_is_refused_by_name(journal, monkeypatch):
    monkeypatch.setattr("scanner.remedies.journal.VERSION", 2)
    with pytest.raises(SourceError, match="journal version 1, and this casemate reads 2"):
        read_journal(journal)


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_last_line_that_a_crash_cut_off_is_no_damage_and_stays_marked(journal, cut):
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-cut] if cut > 1 else whole[:-2])
    record = read_journal(journal)
    assert record.torn
    assert record.last(1).event is Event.APPLIED
    with open_journal(journal) as again:
        again.write(Event.VERIFIED, 1)
    assert read_journal(journal).last(1).event is Event.VERIFIED
    assert not read_journal(journal).torn


def test_two_processes_do_not_write_one_journal(journal):
    with open_journal(journal), pytest.raises(RemedyError, match="another process holds"):
        open_journal(journal)


def test_a_journal_is_never_begun_over_another(journal):
    with pytest.raises(RemedyError, match="cannot start the journal"):
        create_journal(journal, plan_of(1), "me", "test", [1])


def test_each_line_is_on_disk_before_anything_follows(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("scanner.remedies.journal.os.fsync", synced.append)
    with create_journal(tmp_path / "j", plan_of(1), "me", "test", [1]) as kept:
        before = len(synced)
        kept.write(Event.INTENT, 1)
        assert len(synced) == before + 1


def test_a_journal_that_cannot_be_kept_ends_the_work(journal, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with open_journal(journal) as kept:
        monkeypatch.setattr("scanner.remedies.journal.os.write", full)
        with pytest.raises(RemedyError, match="No space left on device; nothing more is done"):
            kept.write(Event.INTENT, 2)


def test_one_casemate_at_a_time_changes_an_account(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with account_lock("aws", "123456789012"), account_lock("aws", "999999999999"):
        again = account_lock("aws", "123456789012")
        with pytest.raises(RemedyError, match="another casemate is changing account 123456789012"):
            again.__enter__()
