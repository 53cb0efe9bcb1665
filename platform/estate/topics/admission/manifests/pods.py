"""Rules of pods and of objects that create pods, so that `up` fails and not a later event.

Every container counts: init containers and ephemeral containers, too.
"""

from __future__ import annotations

from estate.topics.admission.manifests.policy import Policy, Resources, Validation, text

PODS = (
    Resources(group="", names=("pods", "replicationcontrollers")),
    Resources(group="", names=("pods/ephemeralcontainers",), operations=("UPDATE",)),
    Resources(group="apps", names=("deployments", "statefulsets", "daemonsets", "replicasets")),
    Resources(group="batch", names=("jobs", "cronjobs")),
)

POD = (
    "pod",
    "dyn(object.kind == 'Pod' ? object.spec : object.kind == 'CronJob' ? "
    "object.spec.jobTemplate.spec.template.spec : object.spec.template.spec)",
)
CONTAINERS = (
    "containers",
    "variables.pod.containers + variables.pod.?initContainers.orValue([]) + "
    "variables.pod.?ephemeralContainers.orValue([])",
)
ACCOUNT = ("account", "variables.pod.?serviceAccountName.orValue('default')")
EXCEPTED = (
    "excepted",
    "(request.namespace + '/' + variables.account) in params.data.exceptions.split(' ')",
)
"""An exception is for the pods of one service account."""
OPEN = (
    "open",
    "params.data[?('open.' + request.namespace + '.' + variables.account)].orValue('').split(' ')",
)
"""What an exception lets pass."""
VOLUMES = ("volumes", "variables.pod.?volumes.orValue([])")


def no_container(bad: str, found: str) -> Validation:
    """No container ``c`` for which ``bad`` holds; ``found`` (CEL of text) says of it what it is."""
    first = f"variables.containers.filter(c, {bad})[0]"
    return Validation(
        holds=f"!variables.containers.exists(c, {bad})",
        found=f"'container ' + {first}.name + {found.replace('FIRST', first)}",
    )


def no_volume(bad: str, found: str) -> Validation:
    """No volume ``v`` for which ``bad`` holds."""
    return Validation(
        holds=f"!variables.volumes.exists(v, {bad})",
        found=f"'volume ' + variables.volumes.filter(v, {bad})[0].name + {text(found)}",
    )


def pod_is_not(bad: str, found: str) -> Validation:
    """Something that the pod as a whole must not be."""
    return Validation(holds=f"!({bad})", found=text(found))


_FOREIGN = (
    "(!{image}.startsWith(params.data.registry + '/') || "
    "!{image}.matches('^[^@]+@sha256:[0-9a-f]{{64}}$'))"
)
"""With two ``@`` it would depend on the reader which of them ends the name."""

IMAGE = Policy(
    rule="image",
    resources=PODS,
    variables=(POD, ACCOUNT, EXCEPTED, CONTAINERS, VOLUMES),
    validations=(
        no_container(
            "!variables.excepted && " + _FOREIGN.format(image="c.?image.orValue('')"),
            "' has the image ' + FIRST.?image.orValue('(none)') + "
            "', which is not one of ' + params.data.registry + ' by digest'",
        ),
        no_volume(
            "!variables.excepted && has(v.image) && "
            + _FOREIGN.format(image="v.image.?reference.orValue('')"),
            " is an image that is not one of the zone's by digest",
        ),
    ),
)

_READ_ONLY = (
    "variables.containers.all(c, c.?volumeMounts.orValue([]).all(m, "
    "m.name != v.name || m.?readOnly.orValue(false)))"
)

HOST_PATH = Policy(
    rule="host-path",
    resources=PODS,
    variables=(POD, ACCOUNT, OPEN, CONTAINERS, VOLUMES),
    validations=(
        no_volume(
            "has(v.hostPath) && !(('rw:' + v.hostPath.path) in variables.open) && "
            f"!(('ro:' + v.hostPath.path) in variables.open && {_READ_ONLY})",
            " is a directory of the node that its pods may not mount so",
        ),
    ),
)

HOST_PORT = Policy(
    rule="host-port",
    resources=PODS,
    variables=(POD, ACCOUNT, OPEN, CONTAINERS),
    validations=(
        no_container(
            "c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0 && "
            "!(string(p.hostPort) in variables.open))",
            text(" opens a port of the node"),
        ),
    ),
)

HOST_NAMESPACES = Policy(
    rule="host-namespaces",
    resources=PODS,
    variables=(POD, ACCOUNT, OPEN),
    validations=tuple(
        pod_is_not(
            f"variables.pod.?{field}.orValue(false) && !('{field}' in variables.open)",
            f"the pod has {field}",
        )
        for field in ("hostNetwork", "hostPID", "hostIPC")
    ),
)

_OWN = "c.?securityContext.?"
_POD = "variables.pod.?securityContext.?"
_VOLUMES = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "hostPath",  # which has a rule of its own
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
_SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
_SELINUX = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")


def _selinux(path: str) -> str:
    return (
        f"(!({path}seLinuxOptions.?type.orValue('') in {list(_SELINUX)}) || "
        f"{path}seLinuxOptions.?user.orValue('') != '' || "
        f"{path}seLinuxOptions.?role.orValue('') != '')"
    )


_ELSEWHERE = " || ".join(
    f"c.?{handler}.?{kind}.?host.orValue('') != ''"
    for handler in (
        "livenessProbe",
        "readinessProbe",
        "startupProbe",
        "lifecycle.?postStart",
        "lifecycle.?preStop",
    )
    for kind in ("httpGet", "tcpSocket")
)
"""As Pod Security's baseline from 1.34 on: the kubelet would ask any host for the pod."""

PRIVILEGE = Policy(
    rule="privilege",
    resources=PODS,
    variables=(POD, ACCOUNT, OPEN, CONTAINERS, VOLUMES),
    validations=(
        no_container(f"{_OWN}privileged.orValue(false)", text(" is privileged")),
        no_container(
            f"{_OWN}allowPrivilegeEscalation.orValue(true)",
            text(" may gain privileges (allowPrivilegeEscalation is not false)"),
        ),
        no_container(
            f"!{_OWN}capabilities.?drop.orValue([]).exists(d, d == 'ALL') || "
            f"{_OWN}capabilities.?add.orValue([]).exists(a, a != 'NET_BIND_SERVICE' && "
            "!(a in variables.open))",
            text(" keeps or adds capabilities"),
        ),
        no_container(
            "!('root' in variables.open) && "
            f"(!{_OWN}runAsNonRoot.orValue({_POD}runAsNonRoot.orValue(false)) || "
            f"{_OWN}runAsUser.orValue({_POD}runAsUser.orValue(1)) == 0)",
            text(" may run as root"),
        ),
        no_container(
            f"!({_OWN}seccompProfile.?type.orValue({_POD}seccompProfile.?type.orValue('')) "
            "in ['RuntimeDefault', 'Localhost'])",
            text(" has no seccomp profile"),
        ),
        no_container(
            f"{_OWN}procMount.orValue('Default') != 'Default' || "
            f"{_OWN}appArmorProfile.?type.orValue('') == 'Unconfined' || "
            f"{_OWN}windowsOptions.?hostProcess.orValue(false) || {_selinux(_OWN)}",
            text(" loosens what confines it"),
        ),
        no_container(_ELSEWHERE, text(" lets its node ask another host")),
        pod_is_not(
            f"{_POD}seccompProfile.?type.orValue('') == 'Unconfined' || "
            f"{_POD}appArmorProfile.?type.orValue('') == 'Unconfined' || "
            f"{_POD}windowsOptions.?hostProcess.orValue(false) || {_selinux(_POD)} || "
            f"{_POD}sysctls.orValue([]).exists(s, !(s.name in {list(_SYSCTLS)}))",
            "the pod loosens what confines its containers",
        ),
        no_volume(
            f"!({' || '.join(f'has(v.{one})' for one in _VOLUMES)})",
            " is of a kind that pods may not mount themselves",
        ),
    ),
)

POD_POLICIES = (IMAGE, HOST_PATH, HOST_PORT, HOST_NAMESPACES, PRIVILEGE)
