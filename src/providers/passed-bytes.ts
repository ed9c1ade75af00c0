/** Gathers what one piece of a stream lets through, without copying where nothing is left out. */

/** What one push lets through: the chunk itself where all of it goes, else as few copies as there are gaps. */
export class PassedBytes {
  readonly #chunk: Buffer;
  readonly #parts: Buffer[] = [];
  #from = 0;
  #end = 0;

  constructor(chunk: Buffer) {
    this.#chunk = chunk;
  }

  addRange(bytes: Buffer, from: number, end: number): void {
    if (bytes !== this.#chunk) {
      this.add(bytes.subarray(from, end));
      return;
    }
    if (from !== this.#end) this.#flush();
    if (this.#from === this.#end) this.#from = from;
    this.#end = end;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#flush();
    this.#parts.push(bytes);
  }

  joined(): Buffer | null {
    if (this.#parts.length === 0 && this.#end - this.#from === this.#chunk.length)
      return this.#chunk;
    this.#flush();
    if (this.#parts.length <= 1) return this.#parts[0] ?? null;
    return Buffer.concat(this.#parts);
  }

  #flush(): void {
    if (this.#end > this.#from) this.#parts.push(this.#chunk.subarray(this.#from, this.#end));
    this.#from = this.#end;
  }
}
