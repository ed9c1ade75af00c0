/** `npm run bench`: what a call costs the machine, beside a bare proxy, and what the ledger can do. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { benchGateway } from "./gateway.ts";

console.log("CPU time of a call, gateway (durable, limits on) against a bare Node proxy, in µs:\n");
const whole = (us: number) => us.toFixed(0).padStart(8);
const times = (ratio: number) => `${ratio.toFixed(2)} ×`.padStart(9);
console.log("                       bare  gateway    ratio      aim");
for (const result of await benchGateway()) {
  const { kind, bareUs, gatewayUs } = result;
  const aim = kind === "json" ? 2.2 : 1.8;
  console.log(
    `${kind.padEnd(7)} all threads ${whole(bareUs.allThreadsUs)} ${whole(gatewayUs.allThreadsUs)}${times(result.ratioAllThreads)}${times(aim)}`,
  );
  console.log(
    `${kind.padEnd(7)} main thread ${whole(bareUs.mainThreadUs)} ${whole(gatewayUs.mainThreadUs)}${times(result.ratioMainThread)}${times(1.6)}`,
  );
}
console.log("");
const others = ["ledger-pairs.ts", "postgres-pairs.ts"];
for (const name of others) {
  console.log("");
  const script = fileURLToPath(new URL(name, import.meta.url));
  const ended = spawnSync(process.execPath, [script], { stdio: "inherit" });
  process.exitCode = ended.status === 0 ? process.exitCode : 1;
}
