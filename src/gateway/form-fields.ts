/** Reads the fields of a multipart form while its bytes pass: texts whole, of files only their names and sizes. */
import { once } from "node:events";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { AppError, invalidField } from "../core/errors.ts";
import type { FilePart } from "../providers/dialect.ts";

/** A text field holds a prompt at most; the largest that a provider takes is 32,000 characters. */
const TEXT_BYTES_MOST = 1024 * 1024;
const PARTS_MOST = 1_000;

type Field = string | FilePart;

/** Give it every piece in turn, then ask for the fields. Both throw `invalid_request` where it is no whole form. */
export class FormFields {
  readonly #fields = new Map<string, Field[]>();
  readonly #parser: BusboyInstance;
  readonly #finished: Promise<void>;
  #fault: Error | null = null;

  constructor(contentType: string) {
    this.#parser = parserFor(contentType);
    this.#finished = new Promise((resolve) => {
      this.#parser.on("finish", resolve);
      this.#parser.on("error", (fault) => {
        this.#fail(fault instanceof Error ? fault : new Error(String(fault)));
        resolve();
      });
    });
    this.#parser.on("file", (name, stream, filename, _encoding, mimeType) => {
      let bytes = 0;
      stream.on("data", (piece: Buffer) => {
        bytes += piece.length;
      });
      stream.on("end", () => this.#add(name, { filename, contentType: mimeType, bytes }));
      // A file that breaks off also breaks the form, which is where that is said.
      stream.on("error", () => {});
    });
    this.#parser.on("field", (name, value, _nameCut, valueCut) => {
      if (valueCut) this.#fail(invalidField(name, "is longer than a text field may be."));
      else this.#add(name, value);
    });
    this.#parser.on("partsLimit", () =>
      this.#fail(invalidField("body", `has more than ${PARTS_MOST} parts.`)),
    );
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.#fault !== null) throw this.#fault;
    if (!this.#parser.write(piece))
      await Promise.race([once(this.#parser, "drain"), this.#finished]);
  }

  /** A text as a string, a file as a `FilePart`, a repeated field as a list of them. */
  async ended(): Promise<Readonly<Record<string, unknown>>> {
    this.#parser.end();
    await this.#finished;
    if (this.#fault !== null) throw this.#fault;
    const entries = [...this.#fields].map(([name, values]): [string, unknown] => [
      name,
      values.length === 1 ? values[0] : values,
    ]);
    return Object.fromEntries(entries);
  }

  #add(name: string, field: Field): void {
    this.#fields.set(name, [...(this.#fields.get(name) ?? []), field]);
  }

  #fail(fault: Error): void {
    this.#fault ??=
      fault instanceof AppError ? fault : invalidField("body", "must be a whole multipart form.");
  }
}

function parserFor(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fieldSize: TEXT_BYTES_MOST, parts: PARTS_MOST },
    });
  } catch {
    throw invalidField("content-type", "must name the boundary of a multipart form.");
  }
}
