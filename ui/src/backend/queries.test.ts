import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";

import { FakeBackend } from "../testing/fake-backend";
import { call } from "./call";
import { queryClient, refresh } from "./queries";

describe("asking again", () => {
  let backend: FakeBackend;
  beforeEach(() => {
    backend = new FakeBackend().install();
    queryClient.clear();
  });

  it("also while the first answer is on its way: that one is older than what was learnt", async () => {
    const request = { execution: "e1" };
    let status: "running" | "succeeded" = "running";
    backend.answers.get_progress = () => ({ status, events: 0, nodes: [], edges: [] });
    const observer = new QueryObserver(queryClient, {
      queryKey: ["get_progress", request],
      queryFn: async () => {
        const answer = await call("get_progress", request);
        await new Promise((done) => setTimeout(done, 20));
        return answer;
      },
    });
    const stop = observer.subscribe(() => undefined);
    await new Promise((done) => setTimeout(done, 5));
    status = "succeeded";
    refresh("get_progress", request);
    await expect.poll(() => observer.getCurrentResult().data?.status).toBe("succeeded");
    stop();
  });
});
