/** One question to the REST API: checked on the way in by the same contract that the API answers by. */
import { z } from "zod";
import { failure, success } from "../api/contract/envelope.ts";
import { AppError } from "../core/errors.ts";
import type { AdminDoor } from "./admin-door.ts";

export interface Question<Shape extends z.ZodType> {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: unknown;
  /** What `data` must be; one of the shapes in `api/contract/`. */
  readonly shape: Shape;
}

const ANSWER_MS_MAX = 120_000;

/** Gives `data` of the answer. Throws the AppError that the API answered with, or `internal` for any other answer. */
export async function ask<Shape extends z.ZodType>(
  door: AdminDoor,
  question: Question<Shape>,
): Promise<z.infer<Shape>> {
  const { method, path } = question;
  const body = question.body === undefined ? {} : { body: JSON.stringify(question.body) };
  const headers: Record<string, string> =
    question.body === undefined ? {} : { "content-type": "application/json" };
  const sent = { method, path, headers, ...body, signal: AbortSignal.timeout(ANSWER_MS_MAX) };
  const answered = await door.send(sent);
  const { status } = answered;
  const json: unknown = await answered.json();
  const answer = success(z.unknown()).safeParse(json);
  if (answer.success) return question.shape.parse(answer.data.data);
  const refused = failure.safeParse(json);
  if (refused.success) throw new AppError(refused.data.error, refused.data.message, refused.data);
  const message = `${question.method} ${question.path} gave an answer (${status}) that is not of this version.`;
  throw new AppError("internal", message, {}, { cause: answer.error });
}
