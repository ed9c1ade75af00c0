/** Takes a picture of a page as it stands, with few colours, so that it is small. */
import type { Browser, Page } from "playwright-core";
import { type IndexedPicture, palettePng } from "./palette-png.ts";

/** Beyond this the rest is more of the same. */
const HEIGHT_MOST = 1_500;

/** `painter` is an empty page of the same browser: the page's own policy would not let it paint. */
export async function takePicture(page: Page, painter: Page): Promise<Buffer> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, Math.min(whole, HEIGHT_MOST)) });
  const png = await page.screenshot({ animations: "disabled", caret: "hide" });
  await page.setViewportSize({ width, height });
  return palettePng(await withFewColours(painter, png.toString("base64")));
}

/** Whoever makes it must close it. */
export async function openPainter(browser: Browser): Promise<Page> {
  return browser.newPage();
}

async function withFewColours(painter: Page, base64: string): Promise<IndexedPicture> {
  const found = await painter.evaluate(reduceColours, base64);
  return {
    width: found.width,
    height: found.height,
    palette: Buffer.from(found.palette),
    pixels: Buffer.from(found.pixels, "base64"),
  };
}

/**
 * Runs in the browser, which can read a PNG. The 256 colours are those that most pixels have, but none of them is nearly
 * another: else the shades at the edges of letters would take the places of small coloured marks.
 */
async function reduceColours(base64: string) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot paint.");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const colours = new Uint32Array(width * height);
  const counts = new Map<number, number>();
  for (let at = 0; at < colours.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = [data[at * 4], data[at * 4 + 1], data[at * 4 + 2]];
    const colour = (red << 16) | (green << 8) | blue;
    colours[at] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const farBetween = (one: number, other: number): number =>
    ((one >> 16) - (other >> 16)) ** 2 +
    (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 +
    ((one & 255) - (other & 255)) ** 2;
  const common = [...counts].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
  const kept: number[] = [];
  const keep = (colour: number, nearly: number): void => {
    const isOther = kept.length < 256 && kept.every((one) => farBetween(one, colour) > nearly);
    if (isOther) kept.push(colour);
  };
  for (const nearly of [200, 0]) for (const colour of common) keep(colour, nearly);
  const palette = kept.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const nearest = new Map<number, number>(kept.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const known = nearest.get(colour);
    if (known !== undefined) return known;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, one] of kept.entries()) {
      const far = farBetween(one, colour);
      if (far < least) [least, best] = [far, index];
    }
    nearest.set(colour, best);
    return best;
  };
  let text = "";
  for (const colour of colours) text += String.fromCharCode(indexOf(colour));
  return { width, height, palette, pixels: btoa(text) };
}
