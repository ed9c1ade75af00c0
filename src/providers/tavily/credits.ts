/** Tavily's credits: what each kind of work costs (docs.tavily.com/documentation/api-credits). */

/** Blocks that extraction and mapping are billed in. */
const PAGES_A_BLOCK = { extracted: 5, mapped: 10 } as const;

/** What of a request decides its price, as the name of what is priced: `crawl-advanced-instructed`. */
export function pricedName(work: {
  operation: string;
  advanced: boolean;
  instructed: boolean;
}): string {
  return `${work.operation}${work.advanced ? "-advanced" : ""}${work.instructed ? "-instructed" : ""}`;
}

/**
 * Credits for so many pages of work with this priced name. A search costs the same however many results it has.
 * Tavily carries part of a block over to the next call, which only it can know, so a block begun counts whole here.
 */
export function creditsFor(name: string, pages: number): number {
  const [operation = "", ...options] = name.split("-");
  const depth = options.includes("advanced") ? 2 : 1;
  const mapping = options.includes("instructed") ? 2 : 1;
  const extracted = Math.ceil(pages / PAGES_A_BLOCK.extracted) * depth;
  const mapped = Math.ceil(pages / PAGES_A_BLOCK.mapped) * mapping;
  switch (operation) {
    case "extract":
      return extracted;
    case "map":
      return mapped;
    case "crawl":
      return mapped + extracted;
    default:
      return depth;
  }
}
