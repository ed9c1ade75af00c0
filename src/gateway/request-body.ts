/** Collects a request's body, of bounded size and within a deadline. */
import type { IncomingMessage } from "node:http";
import { AppError } from "../core/errors.ts";
import type { BodyDeadlines } from "./ports.ts";

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

/** Rejects with `too_large`, `invalid_request` (it stopped coming) or `ClientGone`. */
export function readBody(request: IncomingMessage, deadlines: BodyDeadlines): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const silence = setTimeout(tooSlow, deadlines.silenceMs);
    const startedAt = performance.now();
    request.on("data", take).on("end", end).on("close", gone).on("error", gone);

    function take(piece: Buffer): void {
      bytes += piece.length;
      if (bytes > REQUEST_BYTES_MAX) {
        fail(tooLarge());
        return;
      }
      pieces.push(piece);
      // A client that drips keeps us from silence, so each piece is also held against the whole deadline.
      if (performance.now() - startedAt > deadlines.wholeMs) tooSlow();
      else silence.refresh();
    }
    function end(): void {
      stop();
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, bytes));
    }
    function gone(): void {
      fail(new ClientGone("The client left while it was sending its request."));
    }
    function tooSlow(): void {
      fail(
        new AppError("invalid_request", "The request's body stopped coming, so it was given up."),
      );
    }
    function fail(cause: Error): void {
      stop();
      reject(cause);
    }
    function stop(): void {
      clearTimeout(silence);
      request.off("data", take).off("end", end).off("close", gone).off("error", gone);
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
