import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";

/** Shown this once; nobody can look it up again. */
export function OneTimeSecret({
  what,
  secret,
  says,
  onClose,
}: {
  readonly what: string;
  readonly secret: string;
  readonly says: string;
  readonly onClose: () => void;
}) {
  return (
    <div className="grid gap-4">
      <Notice tone="warn" title="Shown this once.">
        {says}
      </Notice>
      <p>
        {what}
        <output className="mt-1 block rounded-md border border-edge bg-sunken px-3 py-2 font-mono text-lg break-all select-all">
          {secret}
        </output>
      </p>
      <div className="flex justify-end">
        <Button tone="primary" onPress={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
