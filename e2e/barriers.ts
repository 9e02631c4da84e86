// What keeps people out of a screen who see it otherwise, or not at all: as axe-core finds it, in light and in dark.
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What makes a thing hard or impossible to use; the rest is advice. */
const impacts: readonly unknown[] = ["serious", "critical"];

/**
 * @param within of the page, which may be somebody else's: what is looked at
 * @returns each barrier by its rule, place and reason; in dark only what colours can spoil
 */
export async function barriersOn(page: Page, within = "html"): Promise<string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === "dark" ? ["color-contrast"] : null;
    const violations = await page.evaluate(look, { within, rules });
    for (const { id, impact, places } of violations)
      if (impacts.includes(impact)) for (const place of places) found.push(`${colorScheme}: ${id}: ${place}`);
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

interface Root {
  querySelectorAll(all: "*"): Iterable<{ shadowRoot: Root | null }>;
  getAnimations(): { finished: Promise<unknown>; effect: { getTiming(): { iterations: number } } }[];
}

/** In the page. */
async function look({ within, rules }: { within: string; rules: string[] | null }) {
  const { axe, document, requestAnimationFrame } = globalThis as unknown as {
    axe: typeof import("axe-core");
    document: Root;
    requestAnimationFrame(then: () => void): void;
  };
  // What changes the colours begins with a frame; half faded in, or between light and dark, everything is pale.
  for (const _ of [1, 2]) await new Promise<void>((then) => requestAnimationFrame(then));
  const settled = async (root: Root): Promise<void> => {
    const passing = root.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
    for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) await settled(shadowRoot);
  };
  await settled(document);
  const { violations } = await axe.run(within, {
    resultTypes: ["violations"],
    ...(rules && { runOnly: { type: "rule", values: rules } }),
  });
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    places: nodes.map(
      ({ target, failureSummary }) => `${target.flat().join(" ")}: ${failureSummary?.split("\n").at(1)}`,
    ),
  }));
}
