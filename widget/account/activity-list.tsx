// What happened to the account, for its owner to look over.

import type { ActivityEvent } from "@pagewise/sdk/contract";
import { useApp } from "../app-context.ts";
import { Fault } from "../parts/fault.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { accountEnglish } from "./account-strings.ts";
import type { ActivityModel } from "./activity-model.ts";

/** These may be somebody else's doing. */
const alarming = new Set<ActivityEvent>(["login-failed", "session-revoked"]);

export function ActivityList({ activity }: { activity: ActivityModel }) {
  const { format } = useApp();
  const t = accountEnglish;
  const list = activity.list.value;
  const status = activity.status.value;
  return (
    <section aria-busy={status === "loading"}>
      <SectionHeading>{t.activity}</SectionHeading>
      <p class="hint">{t.activityNote}</p>
      {list.length > 0 && (
        <ul class="activity">
          {list.map(({ id, event, subject, network, created_at }) => (
            <li key={id}>
              <span class={alarming.has(event) ? "grow is-warn" : "grow"}>
                {t.events[event] ?? event}
                <Name of={activity.names.value.get(subject ?? "")} />
              </span>
              {network && (
                <span class="meta activity-from">
                  <bdi>{t.from(network)}</bdi>
                </span>
              )}
              <time class="meta" dateTime={created_at}>
                {format.when(created_at)}
              </time>
            </li>
          ))}
        </ul>
      )}
      {list.length === 0 && status === "ready" && <p class="meta">{t.activityNone}</p>}
      {status === "failed" && (
        <Fault
          error={activity.problem.value}
          title={t.activityFailed}
          onRetry={list.length > 0 ? activity.loadMore : activity.load}
        />
      )}
      {activity.more.value && status !== "failed" && (
        <button type="button" class="btn" aria-disabled={status === "loading"} onClick={activity.loadMore}>
          {t.activityMore}
        </button>
      )}
    </section>
  );
}

function Name({ of }: { of: string | undefined }) {
  if (!of) return null;
  return (
    <>
      {": "}
      <bdi>{of}</bdi>
    </>
  );
}
