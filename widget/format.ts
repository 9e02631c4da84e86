// Numbers, sizes and days in the reader's own language.

export interface Format {
  number(value: number): string;
  /** 20,342,117 → "19.4 MB"; in the unit that suits `whole`, where it is a part of that. */
  bytes(value: number, whole?: number): string;
  /** "today", "yesterday", "16 Nov", "3 Nov 2024" */
  day(timestamp: string, now?: Date): string;
  /** Today: "14:02"; otherwise as `day`. */
  when(timestamp: string, now?: Date): string;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** @param locale a BCP 47 tag; one that is not understood is taken as the browser's own. */
export function createFormat(locale: string | undefined): Format {
  const tag = known(locale);
  const numbers = new Intl.NumberFormat(tag);
  const days = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const near = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short" });
  const far = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", year: "numeric" });
  const clock = new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" });

  const day = (timestamp: string, now = new Date()) => {
    const date = new Date(timestamp);
    const ago = Math.round((midnight(now) - midnight(date)) / 86_400_000);
    if (ago === 0 || ago === 1) return days.format(-ago, "day");
    return (date.getFullYear() === now.getFullYear() ? near : far).format(date);
  };

  return {
    number: (value) => numbers.format(value),
    bytes(value, whole = value) {
      const power = Math.min(Math.floor(Math.log2(Math.max(whole, 1)) / 10), units.length - 1);
      const scaled = value / 1024 ** power;
      return new Intl.NumberFormat(tag, {
        style: "unit",
        unit: units[power] ?? "byte",
        unitDisplay: "short",
        maximumFractionDigits: scaled < 100 && power > 1 ? 1 : 0,
      }).format(scaled);
    },
    day,
    when(timestamp, now = new Date()) {
      const date = new Date(timestamp);
      return midnight(date) === midnight(now) ? clock.format(date) : day(timestamp, now);
    },
  };
}

const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);

function known(locale: string | undefined): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale ?? [])[0];
  } catch {
    return undefined;
  }
}
