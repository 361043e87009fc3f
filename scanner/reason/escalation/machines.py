"""Instances as carriers of roles: themselves, what makes them, and what manages them."""

from collections.abc import Iterator, Mapping

from scanner.model.access import Carrier, CarrierListing, MachineWorkloads
from scanner.model.account import Account
from scanner.model.codedeploy import Application, DeploymentGroup
from scanner.model.ec2 import Instance, LaunchTemplate, LaunchTemplateVersion
from scanner.model.elasticbeanstalk import Environment, EnvironmentInstances
from scanner.model.emr import EmrCluster, EmrClusterSettings
from scanner.model.iam import InstanceProfile, Role
from scanner.model.kind import All
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.ssm import ManagedNode
from scanner.reason.escalation.carriers import arns_of, existing, listing, role_arn, with_facet
from scanner.reason.escalation.ground import until_unknown


def machine_workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    roles: All[Role],
    profiles: All[InstanceProfile],
    instances: All[Instance],
    nodes: All[ManagedNode],
    templates: All[LaunchTemplate],
    versions: All[LaunchTemplateVersion],
    environments: All[Environment],
    members: All[EnvironmentInstances],
    applications: All[Application],
    groups: All[DeploymentGroup],
    clusters: All[EmrCluster],
    cluster_settings: All[EmrClusterSettings],
) -> MachineWorkloads:
    """List instances, managed nodes, launch templates, environments, deployment groups, and where notebooks of EMR run.

    What a deployment group deploys to is not read, so where there is one the listing is incomplete. No API lists the
    notebooks of EMR; they run on a cluster, as the role of its instances (Amazon EMR Management Guide, "EMR Notebooks").
    """
    arns = arns_of(roles)
    held = {
        key: [arns.get(name, "") for name in known(each.roles)]
        for each in until_unknown(profiles)
        if why_unknown(each.roles) is None
        for key in (str(each.arn), each.id)
    }
    machines = listing("instance", _instances(instances, held))
    return MachineWorkloads(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        listings=(
            machines,
            listing("managed-instance", _nodes(nodes, machines, arns)),
            listing("launch-template", _templates(templates, versions, held)),
            listing("environment", _environments(environments, members, machines)),
            listing("deployment-group", _deployments(applications, groups)),
            listing("emr-notebook", _clusters(clusters, cluster_settings, held)),
        ),
    )


def _instances(instances: All[Instance], held: Mapping[str, list[str]]) -> Iterator[Carrier]:
    for each in instances:
        for role in held.get(str(each.instance_profile), ()) if each.instance_profile else ():
            place = each.scope
            yield Carrier(f"arn:{place.partition}:ec2:{place.region}:{place.account}:instance/{each.id}", role)


def _nodes(nodes: All[ManagedNode], machines: CarrierListing, arns: Mapping[str, str]) -> Iterator[Carrier]:
    by_arn = {each.arn: each for each in machines.carriers}
    for node in nodes:
        machine = by_arn.get(str(node.arn))
        if machine is not None:
            yield machine
        elif node.role:
            yield Carrier(str(node.arn), role_arn(str(node.role), arns))
        elif not machines.complete and node.id.startswith("i-"):
            raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the role of {node.id} is that of an instance not read"))


def _templates(
    templates: All[LaunchTemplate], versions: All[LaunchTemplateVersion], held: Mapping[str, list[str]]
) -> Iterator[Carrier]:
    for template in templates:
        for version in versions.of(template):
            profile = str(version.instance_profile) if version.instance_profile else ""
            for role in held.get(profile, ()) or held.get(profile.rpartition("/")[2], ()):
                yield Carrier(str(template.arn), role)


def _environments(
    environments: All[Environment], members: All[EnvironmentInstances], machines: CarrierListing
) -> Iterator[Carrier]:
    by_id = {each.arn.rpartition("/")[2]: each.role for each in machines.carriers}
    for environment, told in with_facet(environments, members):
        for role in dict.fromkeys(by_id.get(instance, "") for instance in known(told.instances)):
            if role:
                yield Carrier(str(environment.arn), role)
            elif not machines.complete:
                raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the instances of {environment.id} were not read"))


def _deployments(applications: All[Application], groups: All[DeploymentGroup]) -> Iterator[Carrier]:
    if any(applications) and any(groups):
        yield from existing(groups)
        raise UnknownAsked(Why(Reason.NOT_COLLECTED, "what deployment groups deploy to is not read"))


def _clusters(
    clusters: All[EmrCluster], settings: All[EmrClusterSettings], held: Mapping[str, list[str]]
) -> Iterator[Carrier]:
    for cluster, told in with_facet(clusters, settings):
        for role in held.get(str(told.instance_profile), ()) if told.instance_profile else ():
            yield Carrier(str(cluster.arn), role)
