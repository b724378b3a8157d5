import { useState } from "react";
import { commonApi, type MachineCredential } from "../../../src/contract/common-api.ts";
import type { Role } from "../../../src/contract/rights.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Dialog, FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { ReasonDialog } from "../design/reason-dialog.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { Moment } from "../words/time-text.tsx";
import { OneTimeSecret } from "./one-time-password.tsx";
import { machineRoles } from "./role-picker.tsx";

/** Other systems that may talk to this level, each with a credential of its own. */
export function SystemsPage() {
  const credentials = useCall(commonApi.machineCredentials);
  const may = useWhyNot("user.write");
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<MachineCredential | null>(null);
  return (
    <>
      <PageHead
        title="Systems"
        below="Machines and other systems that may talk to this level."
        actions={
          <Button tone="primary" why={may} onPress={() => setCreating(true)}>
            Admit a system
          </Button>
        }
      />
      <Answered call={credentials}>
        {(list) => (
          <Panel title="Credentials" flush bare>
            <Table
              label="Credentials"
              rows={list}
              keyOf={({ credentialId }) => credentialId}
              empty="No system has been admitted."
              columns={[
                { head: "System", cell: ({ name }) => <span className="font-mono">{name}</span> },
                { head: "Role", cell: ({ role }) => role },
                { head: "Owner", cell: ({ owner }) => <span className="font-mono">{owner ?? "every owner"}</span> },
                { head: "By", cell: ({ method }) => method },
                {
                  head: "State",
                  cell: ({ revokedAt }) => (
                    <Tag tone={revokedAt === null ? "good" : "bad"}>{revokedAt === null ? "valid" : "revoked"}</Tag>
                  ),
                },
                { head: "Last used", cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} none="never" /> },
                {
                  head: "Revoke",
                  cell: (credential) => (
                    <Button
                      size="small"
                      why={may ?? (credential.revokedAt === null ? null : "It is revoked.")}
                      label={`Revoke the credential of ${credential.name}`}
                      onPress={() => setRevoking(credential)}
                    >
                      Revoke
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {creating && <AdmitDialog onClose={() => setCreating(false)} />}
      {revoking !== null && <RevokeDialog credential={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function AdmitDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("line");
  const [owner, setOwner] = useState("");
  const [reason, setReason] = useState("");
  const admit = useAct(commonApi.createMachineCredential);
  if (admit.data !== undefined) {
    return (
      <Dialog title={`${name} may talk to this level`} onClose={onClose}>
        <OneTimeSecret
          what="Token"
          secret={admit.data.token ?? "(by certificate)"}
          says="Put it into the file that the system's configuration names."
          onClose={onClose}
        />
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="Admit a system"
      submit="Issue a token"
      why={name.trim() === "" ? "Name the system." : reason.trim() === "" ? "Say why." : null}
      busy={admit.isPending}
      error={admit.error}
      onSubmit={() =>
        admit.mutate({
          body: { name: name.trim(), role, owner: owner.trim() === "" ? null : owner.trim(), reason: reason.trim() },
        })
      }
      onClose={onClose}
    >
      <TextField
        label="System"
        value={name}
        onValue={setName}
        autoFocus
        spellCheck={false}
        hint="Its instance: line-1, site-basel."
      />
      <SelectField
        label="Role"
        value={role}
        onValue={(value) => setRole(value as Role)}
        options={machineRoles.map((each) => [each, each])}
      />
      <TextField
        label="Owner (GLN)"
        value={owner}
        onValue={setOwner}
        inputMode="numeric"
        hint="Empty: it may speak for every owner of this level."
      />
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={500} />
    </FormDialog>
  );
}

function RevokeDialog({
  credential,
  onClose,
}: {
  readonly credential: MachineCredential;
  readonly onClose: () => void;
}) {
  const revoke = useAct(commonApi.revokeMachineCredential, onClose);
  return (
    <ReasonDialog
      title={`Revoke the credential of ${credential.name}`}
      submit="Revoke"
      tone="danger"
      busy={revoke.isPending}
      error={revoke.error}
      onReason={(reason) => revoke.mutate({ params: { credentialId: credential.credentialId }, body: { reason } })}
      onClose={onClose}
    >
      <p>The system cannot talk to this level any more, from now on.</p>
    </ReasonDialog>
  );
}
