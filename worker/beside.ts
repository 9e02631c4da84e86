// A step that is repeated beside the caller's own work, one at a time, and whose failure reaches the caller.

export interface Beside {
  /** Begins the step unless one is under way. Throws what an earlier one threw. */
  begin(): void;
  /** Resolves when no step is under way. Throws what one threw. */
  settled(): Promise<void>;
}

export function runBeside(step: () => Promise<void>): Beside {
  let underWay: Promise<void> | null = null;
  let failure: { error: unknown } | null = null;
  return {
    begin() {
      if (failure) throw failure.error;
      underWay ??= step()
        .catch((error) => {
          failure ??= { error };
        })
        .finally(() => {
          underWay = null;
        });
    },
    async settled() {
      await underWay;
      if (failure) throw failure.error;
    },
  };
}
