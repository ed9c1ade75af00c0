/** What has the keyboard's focus, and whether one sees that it has it. */
import type { Page } from "playwright-core";

export interface FocusedElement {
  /** Its name, as a screen reader says it, nearly. */
  readonly words: string;
  readonly isInContent: boolean;
  /** There is an outline around it, or around what stands for it. */
  readonly isSeen: boolean;
}

export function focusedElement(page: Page): Promise<FocusedElement> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return { words: "", isInContent: false, isSeen: false };
    const isOutlined = (one: Element | null): boolean => {
      if (one === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      const hasOutline = outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
      return hasOutline || boxShadow !== "none";
    };
    // A field's border takes the colour of the theme; a switch's own input is hidden, and its track has the outline.
    const isBordered = (one: Element): boolean => {
      if (!one.matches("input, textarea, select")) return false;
      const probe = document.createElement("span");
      probe.style.color = "var(--mantine-primary-color-filled)";
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return getComputedStyle(one).borderTopColor === color;
    };
    const labelled = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
    const own = element.getAttribute("aria-label") ?? labelled ?? element.textContent ?? "";
    return {
      words: own.trim().replace(/\s+/g, " "),
      isInContent: element.closest("#content") !== null,
      isSeen:
        isOutlined(element) ||
        isOutlined(element.nextElementSibling) ||
        isOutlined(element.parentElement) ||
        isBordered(element),
    };
  });
}
