/** Reads the list of cheaper models for the same work that comes with Purser. */
import { readFileSync } from "node:fs";
import {
  type ModelAlternatives,
  readModelAlternatives,
} from "../core/recommendations/model-alternatives.ts";

const FILE = new URL("../../config/model-alternatives.yaml", import.meta.url);

/** Throws (`invalid_request`, by place) where the file has a mistake. */
export function shippedAlternatives(): readonly ModelAlternatives[] {
  return readModelAlternatives(readFileSync(FILE, "utf8"));
}
