// Many callers of one kind of work served together: whoever comes while some is under way shares the next.

interface Waiting<Asked, Told> {
  asked: Asked;
  resolve(told: Told | Promise<Told>): void;
  reject(error: unknown): void;
}

/**
 * Where nobody else asks, work begins at once; it never begins before it was asked for, so what it looks at is no older
 * than the asking.
 * @param work done for all who wait: what each is told, in their order; a promise keeps nobody else waiting.
 * @param most who are served at once.
 */
export function createGathering<Asked, Told>(
  work: (asked: Asked[]) => Promise<(Told | Promise<Told>)[]>,
  most: number,
): (asked: Asked) => Promise<Told> {
  const waiting: Waiting<Asked, Told>[] = [];
  let working = false;

  async function serve(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const some = waiting.splice(0, most);
      try {
        const told = await work(some.map(({ asked }) => asked));
        for (const [index, { resolve }] of some.entries()) resolve(told[index] as Told);
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    working = false;
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      if (!working) void serve();
    });
}
