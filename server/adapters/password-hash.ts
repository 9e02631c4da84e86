// What a bcrypt hash says of itself.

/** `$2b$11$…`: each step doubles the time. @returns NaN for what is no such hash */
export function costOf(hash: string): number {
  return Number(/^\$2[aby]\$(\d\d)\$/.exec(hash)?.[1] ?? Number.NaN);
}
