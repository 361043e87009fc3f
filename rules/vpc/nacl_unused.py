from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.network_acl import NetworkAcl


@rule("VPC-017", Severity.LOW, controls=("nacl-unused",))
def nacl_unused(acl: NetworkAcl) -> Verdict:
    """
    Network ACL is not in use.

    A network ACL that no subnet uses protects nothing, while its presence suggests that it does. Associate it with the
    subnets it was made for, or delete it. The default one of a VPC cannot be deleted and is skipped.

    ```evidence bad
    ec2:DescribeNetworkAcls:
      NetworkAcls: [{NetworkAclId: acl-1, VpcId: vpc-1, OwnerId: "123456789012", IsDefault: false}]
    ```
    ```evidence good
    ec2:DescribeNetworkAcls:
      NetworkAcls:
        - NetworkAclId: acl-1
          VpcId: vpc-1
          OwnerId: "123456789012"
          IsDefault: false
          Associations: [{SubnetId: subnet-1}]
    ```
    """
    if known(acl.subnets):
        return PASS
    if acl.is_default:
        return Skip("it is the default one of its VPC")
    return Fail(f"no subnet uses {acl.label}", facts("subnets", "none"))
