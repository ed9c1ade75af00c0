/** Small forms that messages share: a closing full stop, a word for the shell, a part that may be absent. */

/** Somebody else's words as a sentence of ours. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A word that can be copied into a shell, whatever it holds. */
export function inShell(word: string): string {
  return /^[\w@.+:/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The first letter large. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

export function withAction(action: string | undefined): { action?: string } {
  return action === undefined ? {} : { action };
}
