// How many rows one statement writes: as many as take about the time that others may be kept waiting.

/** Before it is known how long one takes: a database that has just started is slow. */
const firstRows = 5;
const minRows = 5;
const maxRows = 100;
/** What a statement is allowed to take: on the embedded database everybody waits behind it. */
const targetMs = 10;

export interface StatementSize {
  rows(): number;
  /** Learns from a statement that was begun at `startedAt` (of `performance.now`) and is done. */
  note(rows: number, startedAt: number): void;
}

export function createStatementSize(): StatementSize {
  let rowsAtOnce = firstRows;
  return {
    rows: () => rowsAtOnce,
    note(rows, startedAt) {
      const tookMs = Math.max(performance.now() - startedAt, 1);
      rowsAtOnce = Math.max(minRows, Math.min(maxRows, Math.round((rowsAtOnce + (rows * targetMs) / tookMs) / 2)));
    },
  };
}
