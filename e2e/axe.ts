import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** All that axe knows in the light, and the colours again in the dark. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // One document without frames: the older way, which opens no page of its own to put results together.
  const axe = () => new AxeBuilder({ page }).setLegacyMode();
  await expectNoViolations(page, "light", axe(), what);
  await expectNoViolations(page, "dark", axe().withRules("color-contrast"), what);
}

async function expectNoViolations(page: Page, colorScheme: "light" | "dark", axe: AxeBuilder, what: string) {
  await page.emulateMedia({ colorScheme });
  await comeToRest(page);
  const { violations } = await axe.analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`,
    );
  expect.soft(grave, `${what}, ${colorScheme}`).toEqual([]);
}

/** What fades in has its own colours only when it is there: it is brought to its end. */
async function comeToRest(page: Page): Promise<void> {
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations === 1);
    for (const animation of ending) animation.finish();
  });
}
