// Asks whether to leave what has not been saved.
import { useApp } from "../app-context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useEmbeds } from "./embeds-context.ts";

export function LeaveDialog() {
  const { screens } = useApp();
  const { t } = useEmbeds();
  if (!screens.asked.value) return null;
  return (
    <Dialog title={t.leaveTitle} onClose={screens.stay}>
      <p>{t.leaveNote}</p>
      <div class="dialog-foot">
        <button type="button" class="btn btn-bad" onClick={screens.leave}>
          {t.leaveDo}
        </button>
        <button type="button" class="btn btn-primary" autofocus onClick={screens.stay}>
          {t.leaveStay}
        </button>
      </div>
    </Dialog>
  );
}
