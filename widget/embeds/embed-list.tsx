// The list of embeds: where each stands, whether it is on, and how much it was asked.
import type { Embed } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { Fault } from "../parts/fault.tsx";
import { ScreenPart, SectionHeading } from "../parts/screen.tsx";
import { Bars } from "./bars.tsx";
import { useEmbeds } from "./embeds-context.ts";
import { usageDays } from "./embeds-model.ts";
import { NewEmbed } from "./new-embed.tsx";

export function EmbedList() {
  const { model, t } = useEmbeds();
  const making = useSignal(false);
  useEffect(() => void model.load(), []);
  const list = model.list.value;
  const status = model.status.value;
  const make = () => {
    making.value = true;
  };

  return (
    <ScreenPart
      title={t.embeds}
      back={{ to: { at: "workspace" }, label: t.backToLibrary }}
      actions={
        list.length > 0 && (
          <button type="button" class="btn" onClick={make}>
            <Icon name="add" />
            {t.add}
          </button>
        )
      }
    >
      <div class="scroll embeds-scroll" aria-busy={status === "loading"}>
        {status === "failed" && <Fault error={model.problem.value} title={t.loadFailed} onRetry={model.load} />}
        {list.length > 0 && (
          <ul class="embeds" aria-label={t.embeds}>
            {list.map((embed) => (
              <Row key={embed.id} embed={embed} />
            ))}
          </ul>
        )}
        {list.length === 0 && status === "loading" && <Bones />}
        {list.length === 0 && status === "ready" && (
          <div class="embeds-empty">
            <div class="embeds-picture" aria-hidden="true">
              <i />
            </div>
            <SectionHeading>{t.emptyTitle}</SectionHeading>
            <p>{t.emptyText}</p>
            <button type="button" class="btn btn-primary" onClick={make}>
              {t.add}
            </button>
          </div>
        )}
      </div>
      {making.value && (
        <NewEmbed
          onClose={() => {
            making.value = false;
          }}
        />
      )}
    </ScreenPart>
  );
}

function Row({ embed }: { embed: Embed }) {
  const { screens, format } = useApp();
  const { model, t } = useEmbeds();
  const days = model.usage.value.get(embed.id);
  const count = days?.reduce((sum, day) => sum + day.questions, 0);
  return (
    <li>
      <button type="button" class="embed-row" onClick={() => screens.go({ at: "embed", id: embed.id })}>
        <span
          class="embed-dot"
          aria-hidden="true"
          style={embed.theme.accent ? { "--dot": embed.theme.accent } : undefined}
        />
        <span class="embed-what">
          <span class="embed-name one-line" dir="auto">
            {embed.name}
          </span>
          <Where embed={embed} />
        </span>
        <span class="embed-bars">{days && <Bars days={days} />}</span>
        <span class="embed-asked meta">
          {count !== undefined && (
            <>
              <b class="num">{t.questions(count, format.number(count))}</b> <span>{t.inDays(usageDays)}</span>
            </>
          )}
        </span>
        <span class={embed.enabled ? "state is-on" : "state"}>{embed.enabled ? t.on : t.off}</span>
        <Icon name="next" small />
      </button>
    </li>
  );
}

function Where({ embed }: { embed: Embed }) {
  const { t } = useEmbeds();
  const [first, ...more] = embed.allowed_origins.map((origin) => origin.replace(/^https?:\/\//, ""));
  const warning = first === undefined ? t.nowhere : embed.document_ids.length === 0 ? t.noDocumentsYet : null;
  if (warning) {
    return (
      <span class="embed-where is-warn one-line">
        <Icon name="warn" small />
        {warning}
      </span>
    );
  }
  return (
    <span class="embed-where meta one-line">
      <bdi>{more.length > 0 ? t.andMore(first ?? "", more.length) : first}</bdi>
      <span class="embed-docs">, {t.documents(embed.document_ids.length)}</span>
    </span>
  );
}

function Bones() {
  const { t } = useEmbeds();
  return (
    <div class="embeds-bones" role="status">
      <span class="sr">{t.loading}</span>
      {[34, 26, 40].map((width) => (
        <div key={width} class="embed-row">
          <span class="bone embed-bone-dot" />
          <span class="bone" style={{ inlineSize: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
