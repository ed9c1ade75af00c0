/** Reads which receivers the operator allows inside their own network: `host` or `host:port`, in whatever form an address is written. */

/** The host as a URL writes it: lower case, IPv4 as four numbers, IPv6 in brackets, without a dot at the end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/\.$/, "");
}

/** Is the receiver one of `allowed` (the setting PURSER_PRIVATE_RECEIVERS)? An entry without a port allows them all. */
export function isPrivateReceiver(url: URL, allowed: readonly string[]): boolean {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return allowed.some((entry) => {
    const [, name = "", wantedPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
    if (!URL.canParse(`http://${name}`)) return false;
    // Compared as URLs write them, so that 0x7f.1 and 127.0.0.1 are the same host.
    const host = hostOf(new URL(`http://${name}`));
    return (
      host === hostOf(url) && (wantedPort === undefined || Number(wantedPort) === Number(port))
    );
  });
}
