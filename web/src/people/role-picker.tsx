import { type Role, roles } from "../../../src/contract/rights.ts";
import { CheckField } from "../design/field.tsx";

const machines: readonly Role[] = ["line", "site", "enterprise", "network", "partner"];
export const peopleRoles: readonly Role[] = roles.filter((role) => !machines.includes(role));
export const machineRoles = machines;

export function RolePicker({
  held,
  onHeld,
}: {
  readonly held: readonly Role[];
  readonly onHeld: (held: readonly Role[]) => void;
}) {
  return (
    <fieldset className="rounded-md border border-line p-3">
      <legend className="px-1 text-[0.9rem] font-medium">Roles</legend>
      <div className="grid grid-cols-2">
        {peopleRoles.map((role) => (
          <CheckField
            key={role}
            label={role}
            checked={held.includes(role)}
            onChecked={(checked) => onHeld(checked ? [...held, role] : held.filter((each) => each !== role))}
          />
        ))}
      </div>
    </fieldset>
  );
}
