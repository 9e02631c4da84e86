// Something that is done after a while and can be undone until then.

/** Runs something after a while, at once when told to finish, or never when undone. */
export function later(
  ms: number,
  pending: Set<() => Promise<void>>,
  task: { run(): Promise<void>; settle(): void },
): { undo(): void; done: Promise<void> } {
  const { promise: done, resolve, reject } = promiseWithResolvers();
  const end = () => {
    clearTimeout(timer);
    pending.delete(finish);
  };
  const finish = () => {
    end();
    task.run().finally(task.settle).then(resolve, reject);
    return done;
  };
  const timer = setTimeout(finish, ms);
  pending.add(finish);
  return {
    done,
    undo() {
      if (!pending.has(finish)) return;
      end();
      task.settle();
      resolve();
    },
  };
}

function promiseWithResolvers() {
  let resolve = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
