/** Bounds the input tokens of a file that requests will only name. */
import type { FilePart } from "./dialect.ts";

/** A page of a PDF is some 3,000 tokens with its picture, and seldom under 24 kB; anything else may be plain text. */
const PDF_BYTES_A_TOKEN = 8;
const TEXT_BYTES_A_TOKEN = 2;
const AT_LEAST = 6_000;
/** No model reads more. */
const AT_MOST = 1_050_000;

/** null: of a picture, a sound or a film its size in bytes says nothing. */
export function documentTokens(file: FilePart): number | null {
  if (/^(image|audio|video)\//i.test(file.contentType)) return null;
  if (/\.(png|jpe?g|gif|webp|mp3|wav|mp4|webm|m4a)$/i.test(file.filename)) return null;
  const isPdf = file.contentType === "application/pdf" || /\.pdf$/i.test(file.filename);
  const bytesAToken = isPdf ? PDF_BYTES_A_TOKEN : TEXT_BYTES_A_TOKEN;
  return Math.min(AT_MOST, AT_LEAST + Math.ceil(file.bytes / bytesAToken));
}
