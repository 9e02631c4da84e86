// Light or dark, accent and marker, and how well they can be read as the stylesheet will make them.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { Segments } from "../parts/segments.tsx";
import { contrast, differ, over, readColour, readHex } from "./contrast.ts";
import { isColour, tidy } from "./draft.ts";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";
import { TextField } from "./text-field.tsx";

/** WCAG 2.2, 1.4.3: of text. */
const least = 4.5;

export function ColoursField() {
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  return (
    <fieldset>
      <legend>{t.colours}</legend>
      <div class="field">
        <span class="label">{t.scheme}</span>
        <Segments
          label={t.scheme}
          options={t.schemes}
          value={draft.scheme}
          onPick={(scheme) => editor.edit({ scheme })}
        />
      </div>
      <div class="pair">
        <Swatch field="accent" label={t.accent} pick={t.pickAccent} />
        <Swatch field="marker" label={t.marker} pick={t.pickMarker} />
      </div>
      <Readable field="accent" label={t.accent} />
      <Readable field="marker" label={t.marker} />
    </fieldset>
  );
}

function Swatch({ field, label, pick }: { field: "accent" | "marker"; label: string; pick: string }) {
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  const colour = tidy(draft)[field];
  return (
    <div class="swatch">
      <TextField
        field={field}
        pointer={`/theme/${field}`}
        label={label}
        placeholder={t.ownColour}
        maxLength={20}
        dir="ltr"
        autocapitalize="none"
        spellcheck={false}
        class="num"
      />
      <input
        type="color"
        aria-label={pick}
        value={isColour(colour) ? colour : "#888888"}
        onInput={(event) => editor.edit({ [field]: event.currentTarget.value })}
      />
      <span class={`is-${field}`} style={isColour(colour) ? { background: colour } : undefined} />
    </div>
  );
}

interface Read {
  light: number;
  dark: number;
  adjusted: boolean;
}

/** Two probes wear the colour as the widget would, in the light and in the dark, and are asked what it has become. */
function Readable({ field, label }: { field: "accent" | "marker"; label: string }) {
  const { format } = useApp();
  const { draft } = useEditor();
  const { t } = useEmbeds();
  const { scheme } = draft;
  const colour = tidy(draft)[field];
  const probes = useRef<HTMLDivElement>(null);
  const found = useSignal<Read | null>(null);
  useLayoutEffect(() => {
    const [light, dark] = [...(probes.current?.children ?? [])].map((probe) => read(probe, colour));
    found.value =
      light && dark ? { light: light.ratio, dark: dark.ratio, adjusted: light.adjusted || dark.adjusted } : null;
  }, [colour]);
  const now = colour === "" || isColour(colour) ? found.value : null;
  const one = (ratio: number) => format.number(Math.floor(ratio * 10) / 10);
  const counted = now && (scheme === "auto" ? [now.light, now.dark] : [now[scheme]]);
  const worst = counted && Math.min(...counted);
  return (
    <>
      <div ref={probes} hidden>
        {(["light", "dark"] as const).map((theme) => (
          <div
            key={theme}
            class={`root probe-${field}`}
            data-theme={theme}
            {...(colour && { [`data-${field}`]: "" })}
            style={colour ? { [`--host-${field}`]: colour } : undefined}
          >
            <i />
            <b />
            <s />
          </div>
        ))}
      </div>
      {now && counted && worst && (
        <p class={worst < least ? "readable error" : "readable meta"} role="status">
          <Icon name={worst < least ? "warn" : "check"} small />
          <span>
            {worst < least
              ? t.unreadable(label, one(worst))
              : t.readable(label, scheme === "dark" ? null : one(now.light), scheme === "light" ? null : one(now.dark))}
            {colour && now.adjusted && worst >= least && `, ${t.adjusted}`}
          </span>
        </p>
      )}
    </>
  );
}

/** Of what stands in the colour (b) on it (i), and where the colour is text itself, of that on the sheet (s). */
function read(probe: Element, given: string): { ratio: number; adjusted: boolean } | null {
  const [mark, ink, sheet] = [...probe.children].map((part) => readColour(getComputedStyle(part).color));
  if (!mark || !ink || !sheet) return null;
  const shown = over(mark, sheet);
  const ratio = contrast(ink, shown);
  const asText = probe.classList.contains("probe-accent") ? contrast(shown, sheet) : ratio;
  return { ratio: Math.min(ratio, asText), adjusted: given !== "" && differ(shown, readHex(given)) };
}
