"""Every kind that Terraform can declare, and what of a configuration is not looked at."""

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform import (
    account,
    agentcore,
    apigateway,
    apprunner,
    autoscaling,
    backup,
    batch,
    cloudtrail,
    codebuild,
    codedeploy,
    cognito,
    coverage,
    datapipeline,
    detectors,
    dms,
    ec2,
    ec2_settings,
    ecr,
    ecs,
    edge,
    efs,
    eks,
    elasticache,
    elb,
    emr,
    eventbridge,
    gateways,
    glue,
    guardduty,
    iam,
    images,
    interfaces,
    kms,
    lambda_,
    mq,
    msk,
    opensearch,
    organizations,
    rds,
    redshift,
    s3,
    s3_access_points,
    s3_points,
    sagemaker,
    secretsmanager,
    security_groups,
    sns,
    sqs,
    stepfunctions,
    transit,
    vpc,
    vpc_links,
)
from scanner.iac.terraform.rows import Reading
from scanner.iac.world import World
from scanner.model import cloudformation, elasticbeanstalk
from scanner.model.accessanalyzer import Analyzer
from scanner.model.cloudtrail import Trail
from scanner.model.config import ConfigRecorder
from scanner.model.ec2 import Snapshot
from scanner.model.guardduty import Detector
from scanner.model.iam import UserCredentials
from scanner.model.kind import Kind
from scanner.model.organizations import ControlPolicyListing, OrganizationMembership, OrganizationParent
from scanner.model.rds import DbSnapshot
from scanner.model.security_group import SecurityGroupRule
from scanner.model.ssm import ManagedNode
from scanner.model.vpc import NetworkInterface

_TOGETHER: Final = (s3, iam, vpc, security_groups, ec2, interfaces)
"""Services whose resources are read together, for one resource tells of another."""
_WITH_UNDECLARED: Final = (s3, iam, vpc)
READINGS: Final[tuple[Reading, ...]] = (
    *account.READINGS,
    *agentcore.READINGS,
    *apigateway.READINGS,
    *vpc_links.READINGS,
    *apprunner.READINGS,
    *autoscaling.READINGS,
    *backup.READINGS,
    *batch.READINGS,
    *cloudtrail.READINGS,
    *codebuild.READINGS,
    *codedeploy.READINGS,
    *cognito.READINGS,
    *datapipeline.READINGS,
    *detectors.READINGS,
    *dms.READINGS,
    *ec2_settings.READINGS,
    *ecr.READINGS,
    *ecs.READINGS,
    *edge.READINGS,
    *efs.READINGS,
    *eks.READINGS,
    *elasticache.READINGS,
    *elb.READINGS,
    *emr.READINGS,
    *eventbridge.READINGS,
    *gateways.READINGS,
    *glue.READINGS,
    *guardduty.READINGS,
    *images.READINGS,
    *kms.READINGS,
    *lambda_.READINGS,
    *mq.READINGS,
    *msk.READINGS,
    *opensearch.READINGS,
    *organizations.READINGS,
    *rds.READINGS,
    *redshift.READINGS,
    *s3_access_points.READINGS,
    *s3_points.READINGS,
    *sagemaker.READINGS,
    *secretsmanager.READINGS,
    *sns.READINGS,
    *sqs.READINGS,
    *stepfunctions.READINGS,
    *transit.READINGS,
)

TYPES: Final = frozenset(type_ for service in _TOGETHER for type_ in service.TYPES) | {
    type_ for reading in READINGS for type_ in (*reading.types, *reading.beside)
}
YIELDS: Final = frozenset(kind for service in _TOGETHER for kind in service.YIELDS) | {
    kind for reading in READINGS for kind in reading.yields
}
CONTEXT: Final[frozenset[type[Kind]]] = frozenset(
    {
        *(ControlPolicyListing, OrganizationMembership, OrganizationParent),
        *(ManagedNode, UserCredentials),
        SecurityGroupRule,
    }
)
"""Kinds that no code tells and that reasoning can do without: they are unknown, or there are none."""


def _defined_in(module: ModuleType) -> frozenset[type[Kind]]:
    return frozenset(
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Kind) and each.__module__ == module.__name__
    )


CARRIERS: Final[Mapping[str, frozenset[type[Kind]]]] = {
    word: _defined_in(module) - YIELDS
    for word, module in {
        "cloudformation": cloudformation,
        "elastic": elasticbeanstalk,
    }.items()
}
"""Kinds of services that run things with roles, by the word after `aws_`: none where no type of the service is declared."""
_GROWING: Final[tuple[type[Kind], ...]] = (Snapshot, DbSnapshot)
GROWING: Final = frozenset(_GROWING)
"""Kinds that are made while things run: code that declares none does not say that there are none."""
SWITCHES: Final[frozenset[type[Kind]]] = frozenset({Analyzer, ConfigRecorder, Detector, Trail})
"""Kinds that an account or region has one of or none: who declares one has declared all of it."""


def _kinds_by_service() -> dict[str, frozenset[type[Kind]]]:
    told = [(service.TYPES, service.YIELDS) for service in _TOGETHER if service is not interfaces]
    told += [(frozenset(reading.types), frozenset(reading.yields)) for reading in READINGS]
    found: dict[str, frozenset[type[Kind]]] = {}
    for types, yields in told:
        for word in {coverage.service_word(type_) for type_ in types}:
            found[word] = found.get(word, frozenset()) | yields
    return found


_BY_SERVICE: Final = _kinds_by_service()


def declared_kinds(world: World) -> Iterator[Kind]:
    """Yield what is declared."""
    for service in _TOGETHER:
        yield from service.kinds(world)
    for reading in READINGS:
        for one in world.of_type(*reading.types):
            yield from reading.read(world, one)


def set_with(kinds: Iterable[type[Kind]]) -> set[type[Kind]]:
    """Return the kinds that are set together with these: who declares one contact tells which there are."""
    told = set(kinds)
    return {kind for one in READINGS if one.otherwise and not told.isdisjoint(one.yields) for kind in one.yields}


def undeclared_kinds(world: World) -> Iterator[Kind]:
    """Yield what stands where nothing is declared: what AWS gives an account that sets nothing."""
    for service in _WITH_UNDECLARED:
        yield from service.undeclared(world)
    for reading in READINGS:
        if reading.otherwise is not None:
            yield from reading.otherwise(world)


def not_evaluated(world: World) -> dict[str, list[Declared]]:
    """Return the resources of types that are not looked at, by type."""
    return {type_: found for type_, found in sorted(world.types().items()) if type_ not in TYPES}


def unlisted_by(one: Declared) -> frozenset[type[Kind]]:
    """Return the kinds whose listing a resource of a type which is not looked at leaves open."""
    found = CARRIERS.get(coverage.service_word(one.type), frozenset())
    return found | {NetworkInterface} if NetworkInterface in carried(one) else found


def carried(one: Declared) -> frozenset[type[Kind]]:
    """Return the kinds that a resource of a type which is not looked at could make or change."""
    return coverage.carried(one, _BY_SERVICE, YIELDS) if one.type.startswith(("aws_", "AWS::")) else frozenset()
