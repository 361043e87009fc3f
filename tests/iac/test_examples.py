"""Every rule that rests on what is read from Terraform shows it: a bad and a good example, or the reason why not."""

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import needed_by
from scanner.iac.terraform.kinds import CARRIERS, CONTEXT, YIELDS
from scanner.model.account import Account, AccountRegion
from scanner.page import page_of
from scanner.registry import load_rules
from scanner.rule import Rule

_FOUND = "detectors find it while things run"
_CREDENTIALS = "passwords, keys and devices are handed out by hand, and their use is no configuration"
_ROOT = "the root user is no resource of Terraform"
_TIME = "it is a matter of time, not of configuration"
_WHOLE_ACCOUNT = "one configuration does not hold all principals of an account, so it cannot show that none has it"

WITHOUT = {
    "action_recommended": _FOUND,
    "investigation_recommended": _FOUND,
    "access_finding_open": _FOUND,
    "finding_open": _FOUND,
    "delivery_failing": _FOUND,
    "rule_not_complied_with": _FOUND,
    "grave_control_failed": _FOUND,
    "control_failed": _FOUND,
    "product_finding_open": _FOUND,
    "resource_not_scanned": _FOUND,
    "exploitable_vulnerability": _FOUND,
    "vulnerability_overdue": _FOUND,
    "fix_not_applied": _FOUND,
    "reachable_from_network": _FOUND,
    "snapshot_is_public": "the provider shares snapshots with accounts only",
    "instance_stopped_too_long": _TIME,
    "instance_too_old": _TIME,
    "instance_is_paravirtual": "the image decides it, which AWS knows",
    "volume_without_snapshot": "snapshots are taken while things run",
    "root_has_access_keys": _ROOT,
    "root_lacks_mfa": _ROOT,
    "root_lacks_hardware_mfa": _ROOT,
    "root_used_recently": _ROOT,
    "user_signs_in_without_mfa": _CREDENTIALS,
    "user_calls_without_mfa": _CREDENTIALS,
    "administrator_lacks_mfa": _CREDENTIALS,
    "administrator_uses_virtual_mfa": _CREDENTIALS,
    "credentials_unused": _CREDENTIALS,
    "access_key_unrotated": _CREDENTIALS,
    "user_has_two_active_keys": _CREDENTIALS,
    "initial_access_key_unused": _CREDENTIALS,
    "user_relies_on_access_keys": _CREDENTIALS,
    "user_signs_in_beside_federation": _CREDENTIALS,
    "administrator_access_attached": _WHOLE_ACCOUNT,
    "iam_full_access_attached": _WHOLE_ACCOUNT,
    "cloudshell_full_access_attached": _WHOLE_ACCOUNT,
    "support_role_missing": _WHOLE_ACCOUNT,
    "security_audit_role_missing": _WHOLE_ACCOUNT,
    "outsider_can_become_administrator": _WHOLE_ACCOUNT,
    "server_certificate_expired": _TIME,
    "role_unused": _TIME,
    "key_pending_deletion": _TIME,
    "flow_log_failing": _TIME,
    "vpn_tunnel_down": _TIME,
}
"""Rules without examples in Terraform, and why."""


def is_read(rule: Rule) -> bool:
    """Whether everything that the rule rests on can be declared, as far as it is read."""
    return needed_by([rule], DERIVATIONS) - {Account, AccountRegion} <= YIELDS.union(CONTEXT, *CARRIERS.values())


def test_every_rule_has_examples_in_terraform_or_a_reason_why_not() -> None:
    lacking = {
        rule.name
        for rule in load_rules()
        if {"bad", "good"} - {one.kind for one in page_of(rule).examples if one.form == "terraform"}
        and (rule.name in WITHOUT or is_read(rule))
    }
    assert sorted(WITHOUT) == sorted(lacking)
