// The questions of the last days as a small bar chart; each day in words for who does not see it.

import { useSignalEffect } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { SectionHeading } from "../parts/screen.tsx";
import { Bars } from "./bars.tsx";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";
import { type UsageDays, usageDays } from "./embeds-model.ts";

export function Usage() {
  const { format, visible } = useApp();
  const { editor } = useEditor();
  const { model, t } = useEmbeds();
  // Whoever comes back from trying it on their site sees the question counted; so does who saves, or turns it on or off.
  useSignalEffect(() => {
    if (editor.saved.value && visible.value) void model.loadUsage(editor.id);
  });
  const days = model.usage.value.get(editor.id);
  const sum = (of: "questions" | "refused") => (days ?? []).reduce((total, day) => total + day[of], 0);
  const [questions, refused] = [sum("questions"), sum("refused")];
  return (
    <section aria-labelledby="embed-usage">
      <header>
        <SectionHeading id="embed-usage">
          {days
            ? t.usage(format.number(questions), usageDays, questions)
            : days === null
              ? t.usageFailed
              : t.usageLoading}
        </SectionHeading>
        {refused > 0 && (
          <span class="meta">
            <i class="key" /> {t.notFound(format.number(refused))}
          </span>
        )}
      </header>
      {days?.[0] && <Chart days={days} first={days[0].day} />}
    </section>
  );
}

function Chart({ days, first }: { days: UsageDays; first: string }) {
  const { format } = useApp();
  const { t } = useEmbeds();
  // A day of UTC, by its noon: the reader's own day has the same name nearly everywhere.
  const name = (day: string) => format.day(`${day}T12:00:00Z`);
  return (
    <>
      <div class="chart">
        <Bars days={days} />
      </div>
      <p class="axis meta" aria-hidden="true">
        <span>{name(first)}</span>
        <span>{t.today}</span>
      </p>
      <ul class="sr">
        {days.map(({ day, questions, refused }) => (
          <li key={day}>{t.usageDay(name(day), format.number(questions), format.number(refused))}</li>
        ))}
      </ul>
    </>
  );
}
