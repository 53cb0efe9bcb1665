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

_SLICES = (
    "system:kube-controller-manager",
    "system:serviceaccount:kube-system:endpoint-controller",
    "system:serviceaccount:kube-system:endpointslice-controller",
    "system:serviceaccount:kube-system:endpointslicemirroring-controller",
)
"""Controllers that write the endpoints of Services with a selector
(https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles)."""

ENDPOINTS = Policy(
    rule="endpoints",
    resources=(
        Resources(group="", names=("services", "endpoints")),
        Resources(group="discovery.k8s.io", names=("endpointslices",)),
    ),
    judged="object.kind == 'Service' ? request.operation == 'CREATE' || "
    f"object.spec != oldObject.spec : !(request.userInfo.username in {list(_SLICES)} || "
    "'system:masters' in request.userInfo.groups)",
    variables=(
        (
            "servers",
            "params.data[?('servers.' + request.namespace)].orValue('').split(' ')"
            ".filter(s, s != '')",
        ),
        (
            "led",
            # Each kind has its own way to name where it points to.
            "dyn(object.kind == 'Service' ? "
            f"({_KIND} == 'ExternalName' ? [object.spec.externalName] : []) : "
            "object.kind == 'EndpointSlice' ? object.?endpoints.orValue([]).filter(e, "
            "e.addresses.exists(a, !(a in variables.servers))).map(e, e.addresses[0]) : "
            "object.?subsets.orValue([]).filter(s, "
            "(s.?addresses.orValue([]) + s.?notReadyAddresses.orValue([])).exists(a, "
            "!(a.ip in variables.servers))).map(s, "
            "(s.?addresses.orValue([]) + s.?notReadyAddresses.orValue([]))[0].ip))",
        ),
    ),
    validations=(
        Validation(
            holds="variables.led.all(a, object.kind == 'Service' && a in variables.servers)",
            found="'it points to ' + variables.led[0] + ', which no app of namespace ' + "
            "request.namespace + ' declares'",
        ),
    ),
)

_EXPOSES = (
    f"(object.kind == 'Service' ? {_OPEN} || object.spec.?externalIPs.orValue([]).size() > 0 "
    ": true)"
)

_ASKED = "object.metadata.?annotations[?'metallb.io/loadBalancerIPs'].orValue('none')"
"""The virtual address that MetalLB is to give it: one, or it is none that is declared (E9)."""

_NOTES = "object.metadata.?annotations.orValue({})"

_SETTINGS = (
    "haproxy.org/cookie-persistence",
    "haproxy.org/load-balance",
    "haproxy.org/timeout-server",
)
"""What routers read of an app's Service; of an Ingress they read nothing but its ``spec``."""

_STRANGE_NOTE = (
    f"{_NOTES}.map(k, k).filter(k, "
    "['haproxy.org/', 'haproxy.com/', 'ingress.kubernetes.io/'].exists(p, k.startsWith(p)) && "
    f"!(object.kind == 'Service' && k in {list(_SETTINGS)}) || "
    "k.startsWith('metallb.universe.tf/') && !k.endsWith('/ip-allocated-from-pool') || "
    "k in ['metallb.io/address-pool', 'metallb.io/allow-shared-ip'])"
)
"""Annotations by which one would write into the routers' configuration, or choose an address."""

_STRANGE_TLS = (
    "object.spec.?tls.orValue([]).filter(t, "
    "t.?hosts.orValue([]).exists(h, !(h in variables.declared)))"
)

_PARENT = (
    "p.?kind.orValue('Gateway') != 'Gateway' ? p.kind : "
    "p.?namespace.orValue(request.namespace) + '/' + p.name + '/' + p.?sectionName.orValue('*')"
)
"""What an HTTPRoute attaches to, as namespace/gateway/listener."""

_STRANGE_PARENT = "variables.parents.filter(p, !(p in variables.listeners))"

_STRANGE_HOST = "variables.hosts.filter(h, !(h in variables.declared))"

EXPOSURE = Policy(
    rule="exposure",
    or_when=f" || {_NOTES} != {_NOTES.replace('object', 'oldObject')}",
    resources=(
        Resources(group="", names=("services",)),
        Resources(group="networking.k8s.io", names=("ingresses",)),
        Resources(group="gateway.networking.k8s.io", names=("gateways", "httproutes")),
    ),
    variables=(
        ("open", f"dyn({_EXPOSES})"),
        ("exposed", "params.data[?('exposure.' + request.namespace)].orValue('none')"),
        (
            "vips",
            "params.data[?('vips.' + request.namespace)].orValue('').split(' ').filter(v, v != '')",
        ),
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
            holds="object.kind != 'Service' || object.spec.?loadBalancerIP.orValue('') == ''",
            found="'this Service asks for an address of its own (loadBalancerIP)'",
        ),
        Validation(
            holds=f"{_STRANGE_NOTE}.size() == 0",
            found=f"'the annotation ' + {_STRANGE_NOTE}[0] + ' is not one that apps may have'",
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
        Validation(
            holds=f"object.kind != 'Ingress' || {_STRANGE_TLS}.size() == 0",
            found=f"'its TLS is for ' + {_STRANGE_TLS}[0].hosts.join(' ') + ', and a host among "
            "them is not declared for namespace ' + request.namespace",
        ),
    ),
)

SERVICE_POLICIES = (NODE_PORT, ENDPOINTS, EXPOSURE)
