// The account: who it is, its password, where it is signed in, what happened to it, and its end.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Fault } from "../parts/fault.tsx";
import { ScreenPart, SectionHeading } from "../parts/screen.tsx";
import { accountEnglish } from "./account-strings.ts";
import { ActivityList } from "./activity-list.tsx";
import { createActivity } from "./activity-model.ts";
import { ChangePassword } from "./change-password.tsx";
import { DeleteAccount } from "./delete-account.tsx";
import { LibraryRoom } from "./library-room.tsx";

export function AccountView() {
  const { client, format, session } = useApp();
  const t = accountEnglish;
  const activity = useMemo(() => createActivity({ client }), []);
  useEffect(() => {
    void activity.load();
    return () => activity.dispose();
  }, []);
  const user = session.user.value;
  return (
    <ScreenPart title={t.account} back={{ to: { at: "workspace" }, label: t.back }}>
      <div class="scroll account">
        <section>
          <SectionHeading>{t.email}</SectionHeading>
          <p class="account-email">
            <bdi>{user?.email}</bdi>
            {user && <span class="meta">{t.since(format.day(user.created_at))}</span>}
          </p>
        </section>
        <LibraryRoom />
        <ChangePassword onChanged={activity.load} />
        <Sessions onEnded={activity.load} />
        <ActivityList activity={activity} />
        <DeleteAccount />
      </div>
    </ScreenPart>
  );
}

function Sessions({ onEnded }: { onEnded(): void }) {
  const { client, toast } = useApp();
  const t = accountEnglish;
  const busy = useSignal(false);
  const fault = useSignal<unknown>(null);
  const end = async () => {
    if (busy.peek()) return;
    busy.value = true;
    fault.value = null;
    try {
      await client.users.endSessions();
      toast(t.ended);
      onEnded();
    } catch (error) {
      fault.value = error;
    } finally {
      busy.value = false;
    }
  };
  return (
    <section>
      <SectionHeading>{t.sessions}</SectionHeading>
      <p class="hint">{t.sessionsNote}</p>
      {fault.value !== null && <Fault error={fault.value} title={t.endFailed} />}
      <button type="button" class="btn" aria-disabled={busy.value} onClick={end}>
        {t.endSessions}
      </button>
    </section>
  );
}
