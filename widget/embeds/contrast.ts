// Contrast as WCAG 2 counts it, between colours as the browser has computed them.

/** Red, green and blue of sRGB, 0..1, and how opaque it is. */
type Colour = [red: number, green: number, blue: number, alpha: number];

/** What a `color-mix(in srgb, …)` is computed to: `color(srgb 0.1 0.2 0.3 / 0.5)`. @returns null for anything else. */
export function readColour(computed: string): Colour | null {
  const inside = /^color\(srgb ([^)]+)\)$/.exec(computed)?.[1];
  if (inside === undefined) return null;
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN, alpha = 1] = inside
    .split(/[\s/]+/)
    .map((part) => (part === "none" ? 0 : Number(part)));
  const colour: Colour = [red, green, blue, alpha];
  // What no screen can show is shown as the nearest it can.
  return colour.some(Number.isNaN) ? null : (colour.map((part) => Math.min(1, Math.max(0, part))) as Colour);
}

/** Of `#rrggbb`. */
export function readHex(hex: string): Colour {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5), 1];
}

export function over([r, g, b, alpha]: Colour, [r2, g2, b2]: Colour): Colour {
  const mix = (top: number, below: number) => top * alpha + below * (1 - alpha);
  return [mix(r, r2), mix(g, g2), mix(b, b2), 1];
}

/** 1 to 21. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(a: Colour, b: Colour): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance([red, green, blue]: Colour): number {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Farther apart than an eye would take for the same. */
export const differ = (a: Colour, b: Colour) => a.some((part, at) => at < 3 && Math.abs(part - (b[at] ?? 0)) > 0.03);
