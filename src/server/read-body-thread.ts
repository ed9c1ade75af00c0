/** The thread that reads and edits large bodies. */
import { parentPort } from "node:worker_threads";
import { AppError } from "../core/errors.ts";
import type { BodyAnswer } from "./read-body.ts";
import { type BodyTask, editBody, readBody } from "./read-body-task.ts";

parentPort?.on("message", ({ id, task }: { id: number; task: BodyTask }) => {
  parentPort?.postMessage(answerTo(id, task));
});

function answerTo(id: number, task: BodyTask): BodyAnswer {
  try {
    return task.edits === null
      ? { id, ok: true, facts: readBody(task) }
      : { id, ok: true, body: editBody(task, task.edits) };
  } catch (cause) {
    if (cause instanceof AppError) {
      return { id, ok: false, code: cause.code, message: cause.message, details: cause.details };
    }
    return {
      id,
      ok: false,
      code: "internal",
      message: "The request could not be read.",
      details: {},
    };
  }
}
