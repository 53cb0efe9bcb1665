"""What groups of people refuse, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, LIFE, MOTOR, Refusal

REFUSALS = (
    Refusal(
        code="bad-group",
        edits=((LIFE, "admin: life-admins", 'admin: «"-life"'),),
        key_path="groups.admin",
        found="'-life' is not the name of a group",
        allowed="letters, digits, spaces",
        neighbour=((LIFE, "admin: life-admins", 'admin: "ou=Life, cn=Platform Admins"'),),
    ),
    Refusal(
        code="group-reserved",
        edits=((LIFE, "admin: life-admins", 'admin: «"system:masters"'),),
        key_path="groups.admin",
        found="the group 'system:masters' would be one of the cluster's own",
        allowed="names that do not begin with system: or estate:",
        neighbour=((LIFE, "admin: life-admins", 'admin: "staff:masters"'),),
    ),
    Refusal(
        code="group-reserved",
        edits=((DMZ, "admin: platform-admins", 'admin: «"Estate:preview"'),),
        key_path="estate:platform_groups.admin",
        found="the group 'Estate:preview' would be one of the cluster's own",
    ),
    Refusal(
        code="group-reserved",
        edits=((LIFE, "admin: life-admins", 'admin: «"staff:system:masters"'),),
        key_path="groups.admin",
        found="no token with the group 'system:masters' is accepted",
        allowed="names that do not begin with system: or estate:",
    ),
    Refusal(
        code="unknown-issuer",
        edits=((LIFE, "admin: life-admins", "admin: «partner:life-admins"),),
        key_path="groups.admin",
        found="there is no issuer 'partner'",
        allowed="partners, staff",
        hint="Did you mean 'partners'?",
        neighbour=((LIFE, "admin: life-admins", "admin: partners:life-admins"),),
    ),
    Refusal(
        code="unknown-issuer",
        edits=((INTRANET, "admin: platform-admins", "admin: «partners:admins"),),
        key_path="estate:platform_groups.admin",
        found="there is no issuer 'partners'",
        allowed="staff",
        neighbour=((DMZ, "admin: platform-admins", "admin: partners:admins"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "admin: motor-admins", "admin: «staff:life-admins"),),
        key_path="groups.admin",
        found="the group 'staff:life-admins' belongs to tenant 'life'",
        neighbour=((MOTOR, "admin: motor-admins", "admin: partners:life-admins"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "developer: motor-developers", "developer: «Life-Developers"),),
        key_path="groups.developer",
        found="the group 'Life-Developers' belongs to tenant 'life'",
        allowed="a group of its own",
        hint="People who work for both are members of both groups",
        neighbour=((MOTOR, "developer: motor-developers", "developer: motor-operators"),),
    ),
    Refusal(
        code="group-of-others",
        edits=((MOTOR, "admin: motor-admins", "admin: «platform-admins"),),
        key_path="groups.admin",
        found="the group 'platform-admins' belongs to the platform",
        neighbour=((MOTOR, "admin: motor-admins", "admin: motor-platform-admins"),),
    ),
)
