// Prints the sample document (widget/sample/sample.html) to PDF; run by hand after its text changed.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { root } from "./build.mjs";
import { findChromium } from "./chromium.mjs";

const browser = await chromium.launch({ executablePath: await findChromium(), args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(`file://${join(root, "widget/sample/sample.html")}`);
await writeFile(
  join(root, "widget/sample/sample.pdf"),
  await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: false }),
);
await browser.close();
