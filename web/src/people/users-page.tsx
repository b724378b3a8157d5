import { useState } from "react";
import { commonApi, type User } from "../../../src/contract/common-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { Moment } from "../words/time-text.tsx";
import { CreateUserDialog } from "./create-user-dialog.tsx";
import { ChangeUserDialog } from "./change-user-dialog.tsx";

const tones: Readonly<Record<User["state"], Tone>> = { active: "good", locked: "warn", disabled: "bad" };

function waysIn(user: User): string {
  return (
    [user.hasPassword && "password", user.hasBadge && "badge", user.provided && "identity provider"]
      .filter(Boolean)
      .join(", ") || "none"
  );
}

export function UsersPage() {
  const users = useCall(commonApi.users);
  const may = useWhyNot("user.write");
  const [creating, setCreating] = useState(false);
  const [changing, setChanging] = useState<User | null>(null);
  const whyNot = (user: User) =>
    may ?? (user.replicated ? "This user is kept at the level above and only copied here." : null);
  return (
    <>
      <PageHead
        title="Users"
        below="Who may sign in here and what their roles let them do."
        actions={
          <Button tone="primary" why={may} onPress={() => setCreating(true)}>
            Create user
          </Button>
        }
      />
      <Answered call={users}>
        {(list) => (
          <Panel title="Users" flush bare>
            <Table
              label="Users"
              rows={list}
              keyOf={({ userId }) => userId}
              empty="Nobody."
              columns={[
                { head: "User name", cell: ({ userName }) => <span className="font-mono">{userName}</span> },
                { head: "Name", cell: ({ fullName }) => fullName },
                { head: "Roles", cell: ({ roles }) => roles.join(", "), wrap: true },
                { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                { head: "Signs in by", cell: waysIn },
                { head: "Last sign-in", cell: ({ lastSignInAt }) => <Moment at={lastSignInAt} none="never" /> },
                {
                  head: "Change",
                  cell: (user) => (
                    <Button
                      size="small"
                      why={whyNot(user)}
                      label={`Change ${user.fullName}`}
                      onPress={() => setChanging(user)}
                    >
                      Change
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {creating && <CreateUserDialog onClose={() => setCreating(false)} />}
      {changing !== null && <ChangeUserDialog user={changing} onClose={() => setChanging(null)} />}
    </>
  );
}
