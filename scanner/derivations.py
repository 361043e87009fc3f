"""Every derived facet there is: pure functions of `scanner.reason`, made known to plans and inventories."""

from typing import Final

from scanner.reason.access.bucket import bucket_access
from scanner.reason.access.exposed import (
    api_access,
    bus_access,
    catalog_access,
    domain_access,
    file_system_access,
    function_access,
    key_access,
    public_repository_access,
    queue_access,
    registry_access,
    repository_access,
    role_access,
    secret_access,
    topic_access,
    vault_access,
)
from scanner.reason.access.outside import insiders_of, trusted_by_default
from scanner.reason.account.assemble import account_access
from scanner.reason.account.organization import policies_above
from scanner.reason.account.powers import policy_powers
from scanner.reason.cloudtrail import trail_recording
from scanner.reason.escalation.containers import container_workloads
from scanner.reason.escalation.derive import escalation, escalation_search, role_escalation, user_escalation
from scanner.reason.escalation.machines import machine_workloads
from scanner.reason.escalation.services import service_workloads
from scanner.reason.escalation.studios import studio_workloads
from scanner.reason.escalation.workloads import workloads
from scanner.reason.lint.facets import bucket_policy_lint, control_policy_lint, policy_lint, trust_lint
from scanner.reason.network.asserted import asserted_paths
from scanner.reason.network.exposure import exposure, exposure_path, region_network
from scanner.reason.network.hygiene import idle_denials, subnet_routing
from scanner.reason.network.peers import peer_admission
from scanner.reason.network.picture import vpc_picture
from scanner.reason.network.routed import routed_network
from scanner.reason.network.services import (
    broker_exposure,
    db_instance_exposure,
    ecs_service_exposure,
    msk_exposure,
    redshift_cluster_exposure,
    redshift_workgroup_exposure,
)
from scanner.reason.network.use import exposure_ledger, group_use
from scanner.reason.paths.derive import attack_paths
from scanner.reason.paths.exposed import internet_entries
from scanner.reason.paths.open_data import open_data
from scanner.reason.paths.stores import sensitive_data
from scanner.reason.paths.weaknesses import weaknesses
from scanner.rule import Derivation, derived

DERIVATIONS: Final[tuple[Derivation, ...]] = (
    derived(policies_above),
    derived(account_access),
    derived(region_network),
    derived(exposure),
    derived(exposure_path),
    derived(group_use),
    derived(exposure_ledger),
    derived(vpc_picture),
    derived(subnet_routing),
    derived(idle_denials),
    derived(routed_network),
    derived(asserted_paths),
    derived(peer_admission),
    derived(db_instance_exposure),
    derived(ecs_service_exposure),
    derived(redshift_cluster_exposure),
    derived(redshift_workgroup_exposure),
    derived(broker_exposure),
    derived(msk_exposure),
    derived(policy_lint),
    derived(trust_lint),
    derived(bucket_policy_lint),
    derived(control_policy_lint),
    derived(policy_powers),
    derived(machine_workloads),
    derived(container_workloads),
    derived(service_workloads),
    derived(studio_workloads),
    derived(workloads),
    derived(escalation_search),
    derived(escalation),
    derived(user_escalation),
    derived(role_escalation),
    derived(trusted_by_default),
    derived(insiders_of),
    derived(bucket_access),
    derived(role_access),
    derived(key_access),
    derived(queue_access),
    derived(topic_access),
    derived(function_access),
    derived(secret_access),
    derived(repository_access),
    derived(registry_access),
    derived(file_system_access),
    derived(domain_access),
    derived(api_access),
    derived(bus_access),
    derived(catalog_access),
    derived(vault_access),
    derived(public_repository_access),
    derived(trail_recording),
    derived(weaknesses),
    derived(sensitive_data),
    derived(open_data),
    derived(internet_entries),
    derived(attack_paths),
)
