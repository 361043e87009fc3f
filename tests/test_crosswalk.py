"""The crosswalk: identifiers of other sources' checks, by control."""

import csv
import re

import pytest

from scanner.crosswalk import CHECKOV, CONFIG, FILE, SECURITY_HUB, TRUSTED_ADVISOR, Crosswalk, crosswalk, read_crosswalk
from scanner.errors import ConfigError
from tests.extracts import crosswalk as extract

FORMS = {
    SECURITY_HUB: r"[A-Za-z0-9]+\.\d+",
    CONFIG: r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*",
    TRUSTED_ADVISOR: r"[A-Za-z0-9]{8,13}",
    CHECKOV: r"CKV2?_[A-Z0-9]+_\d+",
}


def lines():
    with FILE.open(encoding="utf-8", newline="") as file:
        return [tuple(line) for line in csv.reader(file)][1:]


def test_a_check_of_another_source_is_found_by_its_own_id():
    assert crosswalk().controls_of(CHECKOV, "CKV_AWS_18") == ("s3-access-logging",)
    assert crosswalk().controls_of(SECURITY_HUB, "EC2.13") == ("sg-no-ssh-from-internet",)
    assert crosswalk().controls_of(CONFIG, "INCOMING_SSH_DISABLED") == ("sg-no-ssh-from-internet",)
    assert "EC2.13" in crosswalk().ids_of(SECURITY_HUB, "sg-no-ssh-from-internet")


def test_a_check_that_is_not_known_speaks_of_no_control():
    assert crosswalk().controls_of(CHECKOV, "CKV_AWS_0") == ()
    assert crosswalk().controls_of("another", "CKV_AWS_18") == ()
    assert crosswalk().ids_of(CHECKOV, "no-such-control") == ()


def test_the_file_is_sorted_without_repetition_and_holds_identifiers_only():
    assert lines() == sorted(set(lines()))
    assert [line for line in lines() if not re.fullmatch(FORMS[line[1]], line[2])] == []
    assert [line for line in lines() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", line[0])] == []


def test_both_directions_say_the_same():
    whole = Crosswalk.of(lines())
    for control, source, native_id in lines():
        assert control in whole.controls_of(source, native_id)
        assert native_id in whole.ids_of(source, control)


@pytest.mark.parametrize(
    "text,said",
    [
        ("", ":1: the first line"),
        ("control,id\n", ":1: the first line"),
        ("control,source,id\na,checkov,CKV_AWS_1\na,elsewhere,X\n", ":3: expected"),
        ("control,source,id\na,checkov\n", ":2: expected"),
    ],
)
def test_a_malformed_file_is_refused_by_line(tmp_path, text, said):
    path = tmp_path / "crosswalk.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_crosswalk(path)


def test_the_extract_takes_identifiers_from_every_table(tmp_path):
    (tmp_path / "crosswalk.csv").write_text(
        "control,security_hub,checkov,trusted_advisor,trusted_advisor_via_security_hub,config_rules,retired_ids\n"
        "a,S3.1 S3.2,CKV_AWS_1,Pfx0RwqBli,,restricted-ssh,S3.4 (deprecated) BueAdJ7NrP\n"
    )
    (tmp_path / "fsbp.csv").write_text(
        "control_id,control_slugs,config_rule,trusted_advisor_check\nS3.9,a b,some-rule (custom),Hs4Ma3G100\nS3.10,,x,\n"
    )
    (tmp_path / "trusted_advisor.csv").write_text("check_id,control_slugs\nHs4Ma3G101,b\n")
    assert extract.entries(tmp_path) == {
        ("a", SECURITY_HUB, "S3.1"),
        ("a", SECURITY_HUB, "S3.2"),
        ("a", SECURITY_HUB, "S3.4"),
        ("a", SECURITY_HUB, "S3.9"),
        ("b", SECURITY_HUB, "S3.9"),
        ("a", CHECKOV, "CKV_AWS_1"),
        ("a", CONFIG, "INCOMING_SSH_DISABLED"),
        ("a", TRUSTED_ADVISOR, "Pfx0RwqBli"),
        ("a", TRUSTED_ADVISOR, "BueAdJ7NrP"),
        ("a", TRUSTED_ADVISOR, "Hs4Ma3G100"),
        ("b", TRUSTED_ADVISOR, "Hs4Ma3G100"),
        ("b", TRUSTED_ADVISOR, "Hs4Ma3G101"),
    }
