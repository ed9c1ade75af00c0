/** Reads bodies: JSON, or nothing, whatever content type an empty one is said to have. */
import type { FastifyInstance } from "fastify";
import { AppError } from "../core/errors.ts";

/** Unless an endpoint allows more. */
export const BODY_BYTES_MAX = 1024 * 1024;

export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    const type = request.headers["content-type"] ?? "";
    if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
      return done(
        new AppError("unsupported_media_type", "Send JSON, with `content-type: application/json`."),
      );
    }
    try {
      done(null, JSON.parse(body.toString("utf8")));
    } catch {
      done(
        new AppError("invalid_request", "The body is not JSON.", {
          field: "body",
          reason: "not JSON",
        }),
      );
    }
  });
}
