from functools import partial

from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.account import AccountRegion
from scanner.model.guardduty import Detector, DetectorSettings
from scanner.model.kind import All
from scanner.remedies.detectors import enable_guardduty


@rule("GUARDDUTY-001", Severity.HIGH, controls=("guardduty-enabled",), remedy=enable_guardduty)
def detector_off(region: AccountRegion, detectors: All[Detector], settings: All[DetectorSettings]) -> Verdict:
    """
    GuardDuty is off in a region.

    GuardDuty reads the account's events, flows and name look-ups for signs of intruders, and sees only the regions in
    which it is on. Turn it on in every region, also in those not used: that is where intruders work unseen. For many
    accounts, let the organization's administrator account of GuardDuty turn it on for all.

    ```evidence bad
    guardduty:ListDetectors: {DetectorIds: []}
    ```

    A detector that is suspended:
    ```evidence bad
    guardduty:ListDetectors: {DetectorIds: [d1]}
    guardduty:GetDetector:
      - parameters: {DetectorId: d1}
        response: {Status: DISABLED, ServiceRole: r}
    ```
    ```evidence good
    guardduty:ListDetectors: {DetectorIds: [d1]}
    guardduty:GetDetector:
      - parameters: {DetectorId: d1}
        response: {Status: ENABLED, ServiceRole: r}
    ```
    ```terraform bad
    resource "aws_guardduty_detector" "this" {
      enable = false
    }
    ```
    ```terraform good
    resource "aws_guardduty_detector" "this" {
      enable = true
    }
    ```
    """

    def is_on(detector: Detector) -> bool:
        return any(one.enabled for one in settings.of(detector))

    if any_of(*(partial(is_on, detector) for detector in detectors)):
        return PASS
    return Fail(f"GuardDuty is off in {region.id}", facts("detector", "off"))
