import { type CaptureJobView, enterpriseApi } from "../../contract/enterprise-api.ts";
import { deny } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { receiveDocument } from "./capture-job.handler.ts";
import { loadJob, loadJobs, type StoredJob } from "./capture-job.store.ts";
import type { CaptureJobs } from "./capture-job.worker.ts";

const jobsShownMax = 100;
/** No more than the disk: 4 TiB, a good ten billion packs. */
const uploadMaxBytes = 2 ** 42;

/** Documents of any size: kept as they come, captured afterwards, watched meanwhile. */
export function captureJobRoutes(server: HttpServer<Sql>, company: Company, jobs: CaptureJobs): void {
  const { database } = company;

  server.stream(
    enterpriseApi.uploadDocument,
    async ({ query, mediaType, stream, actor, traceId }) => {
      const { name, partner } = query;
      const job = await receiveDocument(company, { name, contentType: mediaType, partner, actor, traceId }, stream);
      jobs.wake();
      return jobView(job);
    },
    { bodyMaxBytes: uploadMaxBytes },
  );

  server.route(enterpriseApi.captureJobs, async () => (await loadJobs(database, company, jobsShownMax)).map(jobView));

  server.route(enterpriseApi.captureJob, async ({ params }) =>
    jobView((await loadJob(database, company, params.jobId)) ?? deny("capture.unknown-job", params.jobId)),
  );
}

function jobView(job: StoredJob): CaptureJobView {
  const { jobId, name, contentType, partner, state, createdAt, changedAt, bytes, exceptions, findings, refusal, by } =
    job;
  return {
    jobId,
    name,
    mediaType: contentType,
    partner: partner ?? null,
    by: by.name,
    state,
    createdAt,
    changedAt,
    bytes,
    events: { total: job.eventsTotal ?? null, done: job.eventsDone, captured: job.captured, duplicate: job.duplicate },
    exceptions,
    findings: findings === undefined ? null : { ...findings, list: [...findings.list] },
    refusal:
      refusal === undefined ? null : { code: refusal.code, at: refusal.at ?? "", message: refusal.message ?? "" },
  };
}
