// Draws one page of an open document as a picture, inside a PDF child process.
import type { EngineDocument } from "./pdf-engine.ts";

/** @returns the encoded picture, `width` pixels wide unless the page is so tall that it would pass `maxPixels`. */
export async function drawPage(
  document: EngineDocument,
  options: { page: number; width: number; maxPixels: number },
): Promise<Uint8Array> {
  const page = await document.getPage(options.page);
  const whole = page.getViewport({ scale: 1 });
  const wanted = options.width / whole.width;
  const most = Math.sqrt(options.maxPixels / (whole.width * whole.height));
  const viewport = page.getViewport({ scale: Math.min(wanted, most) });
  const width = Math.max(1, Math.round(viewport.width));
  const height = Math.max(1, Math.round(viewport.height));
  const { canvas, context } = document.canvasFactory.create(width, height);
  try {
    await page.render({ canvasContext: context, canvas, viewport }).promise;
    return await canvas.encode("webp", 82);
  } finally {
    // Lets go of pictures and pixels before the next page.
    page.cleanup();
    canvas.width = 1;
    canvas.height = 1;
  }
}
