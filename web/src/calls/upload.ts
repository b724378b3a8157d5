import { useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { type CaptureJobView, enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { ProblemError } from "../../../src/contract/client.ts";

export type Upload = { readonly file: File; readonly partner: string };

/** The browser reads the file as it sends it: nothing here holds a document of any size. */
async function send({ file, partner }: Upload): Promise<CaptureJobView> {
  const { method, path } = enterpriseApi.uploadDocument;
  const query = new URLSearchParams({ name: file.name, ...(partner === "" ? {} : { partner }) });
  const contentType = /\.xml$/i.test(file.name) ? "application/xml" : "application/ld+json";
  const reply = await fetch(`${path}?${query}`, { method, body: file, headers: { "content-type": contentType } });
  const answer = (await reply.json()) as unknown;
  if (!reply.ok) throw new ProblemError(answer as ConstructorParameters<typeof ProblemError>[0]);
  return answer as CaptureJobView;
}

export function useUpload(onDone: () => void): UseMutationResult<CaptureJobView, Error, Upload> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries();
    },
  });
}
