// Questions a day as bars, with the share that was not answered. The numbers in words stand beside, or are not needed.
import type { UsageDays } from "./embeds-model.ts";

/** The tallest day fills the height; a day with few questions is still seen. */
export function Bars({ days }: { days: UsageDays }) {
  const most = Math.max(1, ...days.map((day) => day.questions));
  return (
    <span class="bars" aria-hidden="true">
      {days.map(({ day, questions, refused }) => (
        <i key={day} style={{ blockSize: questions > 0 ? `${Math.max(4, (questions / most) * 100)}%` : "0" }}>
          {refused > 0 && <b style={{ blockSize: `${Math.min(100, (refused / questions) * 100)}%` }} />}
        </i>
      ))}
    </span>
  );
}
