/** Collects a request's body, of bounded size. */
import type { IncomingMessage } from "node:http";
import { AppError } from "../core/errors.ts";

const REQUEST_BYTES_MAX = 32 * 1024 * 1024;
/** What a client goes on sending after it was refused is thrown away, but not for longer than this. */
const DISCARD_MS = 10_000;

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

/** Throws `too_large` or `unsupported_media_type` where the head alone says so, before anything is read. */
export function checkBodyHead({ headers }: IncomingMessage): void {
  if (Number(headers["content-length"]) > REQUEST_BYTES_MAX) throw tooLarge();
  const type = headers["content-type"] ?? "application/json";
  if (
    type !== "application/json" &&
    !/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type.trim())
  ) {
    throw new AppError(
      "unsupported_media_type",
      "The body must be JSON, with the header content-type: application/json.",
      { content_type: type },
    );
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new AppError("unsupported_media_type", "The body must not be compressed.", {
      content_encoding: encoding,
    });
  }
}

/**
 * Rejects with `too_large` or `ClientGone`. Clients that dawdle are dropped by `node:http` itself: a head may take
 * 60 s and a whole request 300 s (`headersTimeout`, `requestTimeout`), without a timer of ours for each request.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on("data", (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= REQUEST_BYTES_MAX) {
        pieces.push(piece);
        return;
      }
      pieces.length = 0;
      reject(tooLarge());
    });
    request.on("end", () => {
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
    });
    request.on("error", gone);
    request.on("close", gone);

    function gone(): void {
      if (!request.complete) reject(new ClientGone("The client left while it was sending."));
    }
  });
}

/** Lets a refused client finish sending, so that it reads our answer, but not for ever. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.on("error", () => {});
  request.resume();
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  request.once("close", () => clearTimeout(timer));
}

function tooLarge(): AppError {
  return new AppError("too_large", "The request is over 32 MB, which is the most that is taken.", {
    max_bytes: REQUEST_BYTES_MAX,
  });
}
