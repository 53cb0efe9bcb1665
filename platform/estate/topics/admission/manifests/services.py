"""Rules of what is reached from outside: node ports, and zones of exposure (A2, E2)."""

from __future__ import annotations

from estate.topics.admission.manifests.policy import Policy, Resources, Validation

_KIND = "object.spec.?type.orValue('ClusterIP')"
_OPEN = f"({_KIND} in ['NodePort', 'LoadBalancer'])"
_KEY = "(p.?protocol.orValue('TCP') + '/' + string(p.?nodePort.orValue(0)))"
_STRANGE = f"variables.ports.filter(p, !({_KEY} in variables.declared))"

NODE_PORT = Policy(
    rule="node-port",
    resources=(Resources(group="", names=("services",)),),
    variables=(
        ("declared", "params.data[?('ports.' + request.namespace)].orValue('').split(' ')"),
        ("ports", f"{_OPEN} ? object.spec.?ports.orValue([]) : []"),
    ),
    validations=(
        Validation(
            # A port that the Service leaves open is either absent here or chosen already.
            holds=f"{_STRANGE}.size() == 0",
            found=f"'node port ' + {_STRANGE}.map(p, {_KEY})[0] + "
            "' (chosen by the cluster where the Service leaves it out) is not declared for "
            "namespace ' + request.namespace",
        ),
    ),
)

_EXPOSES = (
    f"(object.kind == 'Service' ? {_OPEN} || object.spec.?externalIPs.orValue([]).size() > 0 "
    ": true)"
)

_ASKED = "object.metadata.?annotations[?'metallb.io/loadBalancerIPs'].orValue('none')"
"""The virtual address that MetalLB is to give it: one, or it is none that is declared (E9)."""

_ASKED_BEFORE = f"oldObject{_ASKED.removeprefix('object')}"

_PARENT = (
    "p.?kind.orValue('Gateway') != 'Gateway' ? p.kind : "
    "p.?namespace.orValue(request.namespace) + '/' + p.name + '/' + p.?sectionName.orValue('*')"
)
"""What an HTTPRoute attaches to, as namespace/gateway/listener."""

_STRANGE_PARENT = "variables.parents.filter(p, !(p in variables.listeners))"

_STRANGE_HOST = "variables.hosts.filter(h, !(h in variables.declared))"

EXPOSURE = Policy(
    rule="exposure",
    or_when=f" || {_ASKED} != {_ASKED_BEFORE}",
    resources=(
        Resources(group="", names=("services",)),
        Resources(group="networking.k8s.io", names=("ingresses",)),
        Resources(group="gateway.networking.k8s.io", names=("gateways", "httproutes")),
    ),
    variables=(
        ("open", f"dyn({_EXPOSES})"),
        ("exposed", "params.data[?('exposure.' + request.namespace)].orValue('none')"),
        ("vips", "params.data[?('vips.' + request.namespace)].orValue('').split(' ')"),
        ("zone", "object.metadata.?labels[?'estate/zone'].orValue('none')"),
        ("shard", "params.data[?('class.' + request.namespace)].orValue('none')"),
        (
            "class",
            "object.kind == 'Ingress' ? object.spec.?ingressClassName.orValue('none') : "
            "object.spec.?gatewayClassName.orValue('none')",
        ),
        ("listeners", "params.data[?('parents.' + request.namespace)].orValue('').split(' ')"),
        (
            "parents",
            "object.kind != 'HTTPRoute' ? [] : "
            f"object.spec.?parentRefs.orValue([]).map(p, {_PARENT})",
        ),
        ("declared", "params.data[?('hosts.' + request.namespace)].orValue('').split(' ')"),
        (
            "hosts",
            # What no rule names is asked for every host.
            "object.kind == 'HTTPRoute' ? "
            "(object.spec.?hostnames.orValue([]).size() > 0 ? object.spec.hostnames : ['*']) : "
            "object.kind != 'Ingress' ? [] : "
            "object.spec.?rules.orValue([]).map(r, r.?host.orValue('*')) + "
            "(has(object.spec.defaultBackend) ? ['*'] : [])",
        ),
    ),
    validations=(
        Validation(
            holds=f"object.kind != 'Service' || {_KIND} != 'LoadBalancer' || "
            f"{_ASKED} in variables.vips",
            found="'this Service asks for a load balancer of its own'",
        ),
        Validation(
            holds="object.kind != 'Service' || object.spec.?externalIPs.orValue([]).size() == 0",
            found="'this Service takes addresses of its own (externalIPs)'",
        ),
        Validation(
            holds="!variables.open || variables.exposed != 'none'",
            found="'nothing of namespace ' + request.namespace + ' is reached from outside'",
        ),
        Validation(
            holds="!variables.open || variables.zone == params.data.zone",
            found="'this is meant for the zone ' + variables.zone + ' (label estate/zone), "
            "and this cluster is the ' + params.data.zone",
        ),
        Validation(
            holds="!variables.open || object.kind == 'Service' || object.kind == 'HTTPRoute' || "
            "variables.class in variables.shard.split(' ')",
            found="'its class is ' + variables.class + ', and that of namespace ' + "
            "request.namespace + ' is ' + variables.shard",
        ),
        Validation(
            holds=f"{_STRANGE_PARENT}.size() == 0",
            found=f"'it attaches to ' + {_STRANGE_PARENT}[0] + ', which is no listener for "
            "namespace ' + request.namespace",
        ),
        Validation(
            holds=f"{_STRANGE_HOST}.size() == 0",
            found=f"'the host ' + {_STRANGE_HOST}[0] + ' is not declared for namespace ' + "
            "request.namespace",
        ),
    ),
)

SERVICE_POLICIES = (NODE_PORT, EXPOSURE)
