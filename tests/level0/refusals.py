"""Every rule of declare/ and plan/ that refuses a declaration, by example.

An edit replaces the one place where ``old`` stands in a shipped file. ``«`` in the edits marks
where the problem must point; it is not written. ``neighbour`` is the nearest declaration that is
accepted.
"""

from __future__ import annotations

from tests.level0 import (
    refusals_of_addresses,
    refusals_of_admission,
    refusals_of_apps,
    refusals_of_balancers,
    refusals_of_capacity,
    refusals_of_clients,
    refusals_of_connections,
    refusals_of_control_planes,
    refusals_of_deployers,
    refusals_of_egress,
    refusals_of_exposure,
    refusals_of_forms,
    refusals_of_gateways,
    refusals_of_groups,
    refusals_of_growth,
    refusals_of_identity,
    refusals_of_log_files,
    refusals_of_logging,
    refusals_of_masters,
    refusals_of_meshes,
    refusals_of_metallb,
    refusals_of_monitoring,
    refusals_of_names,
    refusals_of_networks,
    refusals_of_owned_names,
    refusals_of_reading,
    refusals_of_references,
    refusals_of_registries,
    refusals_of_reserved_names,
    refusals_of_routers,
)

REFUSALS = (
    *refusals_of_reading.REFUSALS,
    *refusals_of_forms.REFUSALS,
    *refusals_of_references.REFUSALS,
    *refusals_of_groups.REFUSALS,
    *refusals_of_growth.REFUSALS,
    *refusals_of_addresses.REFUSALS,
    *refusals_of_exposure.REFUSALS,
    *refusals_of_capacity.REFUSALS,
    *refusals_of_identity.REFUSALS,
    *refusals_of_connections.REFUSALS,
    *refusals_of_admission.REFUSALS,
    *refusals_of_apps.REFUSALS,
    *refusals_of_egress.REFUSALS,
    *refusals_of_control_planes.REFUSALS,
    *refusals_of_masters.REFUSALS,
    *refusals_of_meshes.REFUSALS,
    *refusals_of_gateways.REFUSALS,
    *refusals_of_metallb.REFUSALS,
    *refusals_of_balancers.BALANCERS,
    *refusals_of_clients.CLIENTS,
    *refusals_of_log_files.REFUSALS,
    *refusals_of_logging.REFUSALS,
    *refusals_of_monitoring.REFUSALS,
    *refusals_of_names.REFUSALS,
    *refusals_of_networks.REFUSALS,
    *refusals_of_registries.REFUSALS,
    *refusals_of_owned_names.REFUSALS,
    *refusals_of_reserved_names.REFUSALS,
    *refusals_of_routers.REFUSALS,
    *refusals_of_deployers.REFUSALS,
)
