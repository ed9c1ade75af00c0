/** Collects a request's body, of bounded size: JSON in memory, a form as it came and its fields read on the way. */
import type { IncomingMessage } from "node:http";
import type { FormBody } from "../call/call.ts";
import { AppError } from "../core/errors.ts";
import type { Route } from "../providers/dialect.ts";
import { FormFields } from "./form-fields.ts";
import { formLines } from "./form-lines.ts";
import { Spool } from "./spool.ts";

const MEBIBYTE = 1024 * 1024;
const JSON_BYTES_MAX = 32 * MEBIBYTE;
const FORM_BYTES_MAX = 256 * MEBIBYTE;
/** What a client goes on sending after it was refused is thrown away, but not for longer than this. */
const DISCARD_MS = 10_000;

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

export type BodyKind = "json" | "form";

/** Throws `too_large` or `unsupported_media_type` where the head alone says so, before anything is read. */
export function checkBodyHead({ headers }: IncomingMessage, route: Route): BodyKind {
  const type = headers["content-type"] ?? "application/json";
  const kind = kindOf(type, route);
  const most = kind === "form" ? FORM_BYTES_MAX : JSON_BYTES_MAX;
  if (Number(headers["content-length"]) > most) throw tooLarge(most);
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new AppError("unsupported_media_type", "The body must not be compressed.", {
      content_encoding: encoding,
    });
  }
  return kind;
}

/** Where a form is taken, JSON may be sent too: some work has both. */
function kindOf(type: string, route: Route): BodyKind {
  if (type === "application/json") return "json";
  if (/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type.trim())) return "json";
  const takesForm = route.body === "multipart";
  if (takesForm && /^multipart\/form-data\s*;/i.test(type.trim())) return "form";
  throw new AppError(
    "unsupported_media_type",
    takesForm
      ? "The body must be a form, with the header content-type: multipart/form-data."
      : "The body must be JSON, with the header content-type: application/json.",
    { content_type: type },
  );
}

/** Rejects as `readBody` does, and with `invalid_request` where it is no form. The caller closes it. */
export async function readForm(request: IncomingMessage): Promise<FormBody> {
  const contentType = request.headers["content-type"] ?? "";
  const fields = new FormFields(contentType);
  const spool = new Spool();
  try {
    // What is left unread is thrown away later, so that the client reads our answer.
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      if (spool.bytes + piece.length > FORM_BYTES_MAX) throw tooLarge(FORM_BYTES_MAX);
      await spool.write(piece);
      await fields.write(piece);
    }
    return {
      fields: await fields.ended(),
      bytes: spool.bytes,
      open: () => spool.open(),
      lines: () => formLines(spool.open(), contentType),
      close: () => spool.close(),
    };
  } catch (cause) {
    await spool.close();
    if (cause instanceof AppError || request.complete) throw cause;
    throw new ClientGone("The client left while it was sending.", { cause });
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
      if (bytes <= JSON_BYTES_MAX) {
        pieces.push(piece);
        return;
      }
      pieces.length = 0;
      reject(tooLarge(JSON_BYTES_MAX));
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

function tooLarge(most: number): AppError {
  return new AppError(
    "too_large",
    `The request is over ${most / MEBIBYTE} MB, which is the most that is taken.`,
    { max_bytes: most },
  );
}
