import { useMutation } from "@tanstack/react-query";
import { type ExportFormat, traceApi } from "../../../src/contract/trace-api.ts";
import { saveReply } from "../calls/save-reply.ts";
import { levelClient } from "../calls/level-client.ts";
import { useWhyNot } from "../calls/session.ts";
import { Button } from "../design/button.tsx";
import { Problem } from "../design/notice.tsx";

const formats: readonly (readonly [ExportFormat, string])[] = [
  ["pdf", "PDF"],
  ["epcis-json", "EPCIS 2.0 JSON-LD"],
  ["epcis-xml", "EPCIS 2.0 XML"],
];

/** A trace or lot as a file; the level keeps on record who took it. */
export function ExportButtons({ id }: { readonly id: string }) {
  const why = useWhyNot("trace.export");
  const take = useMutation({
    mutationFn: async (format: ExportFormat) =>
      saveReply(await levelClient.raw(traceApi.exportTrace, { body: { id, format }, timeoutMs: 120_000 })),
  });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {formats.map(([format, words]) => (
          <Button
            key={format}
            icon="down"
            size="small"
            why={why}
            busy={take.isPending && take.variables === format}
            label={`Export as ${words}`}
            onPress={() => take.mutate(format)}
          >
            {words}
          </Button>
        ))}
      </div>
      <Problem error={take.error} />
    </div>
  );
}
