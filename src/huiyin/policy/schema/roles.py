"""Who may do what, and how far he sees (mission “Who uses it”, PE-1, invariant 7)."""

from collections.abc import Iterator

from huiyin.policy.schema.base import Check, Fault, Part, Text
from huiyin.policy.schema.vocabulary import Permission, Reach

NEEDED_ROLES = ("agent", "supervisor", "manager", "member", "auditor", "legal", "administrator", "integrator")


class Role(Part):
    """A set of permissions, each with its reach: own cases, the department's, or all."""

    label: Text
    duty: Text
    may: dict[Permission, Reach]
    sees_personal_data: bool = False


class RolesPolicy(Part):
    """The root key of roles.yaml."""

    roles: dict[str, Role]

    def reach(self, role: str, permission: str) -> Reach | None:
        """How far a role's permission goes, or None when it has none; unknown roles have none."""
        found = self.roles.get(role)
        return found.may.get(permission) if found else None  # type: ignore[call-overload]


def _somebody_may(policy: RolesPolicy) -> Iterator[Fault]:
    for name in NEEDED_ROLES:
        if name not in policy.roles:
            yield Fault(("roles",), f'role "{name}" is missing; the program works with it')
    needed = ("policy.publish", "people.edit", "proposal.approve", "extension.approve", "case.assign", "queue.next")
    for permission in needed:
        if not any(permission in role.may for role in policy.roles.values()):
            yield Fault(("roles",), f"no role may {permission}, so nobody could ever do it")


CHECKS = (Check(("roles",), _somebody_may),)
