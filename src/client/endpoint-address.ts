/** The address of an endpoint with its names and its query filled in. */

/** Names of `path` that `params` has not are refused with a TypeError: they would ask something else. */
export function endpointAddress(path: string, params: unknown, query: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value: unknown = values.get(name);
    if (value === undefined || value === "") throw new TypeError(`${name} is missing.`);
    return encodeURIComponent(String(value));
  });
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) asked.set(name, String(value));
  }
  return asked.size === 0 ? filled : `${filled}?${asked}`;
}
