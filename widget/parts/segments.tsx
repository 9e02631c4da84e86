// One choice among a few, side by side.
import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

interface SegmentsProps<T extends string> {
  label: string;
  /** In the order shown, with their words. */
  options: Record<T, string>;
  value: T | Signal<T>;
  onPick?: (value: T) => void;
}

export function Segments<T extends string>({ label, options, value, onPick }: SegmentsProps<T>) {
  const name = useId();
  const now = typeof value === "string" ? value : value.value;
  const pick = (next: T) => {
    if (typeof value !== "string") value.value = next;
    onPick?.(next);
  };
  return (
    <div class="seg" role="radiogroup" aria-label={label}>
      {(Object.keys(options) as T[]).map((one) => (
        <label key={one}>
          <input type="radio" class="sr" name={name} checked={one === now} onChange={() => pick(one)} />
          <span>{options[one]}</span>
        </label>
      ))}
    </div>
  );
}
