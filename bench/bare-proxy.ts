/** The yardstick of the gateway's benchmark: a proxy on `node:http` and undici that forwards and does nothing else. */
import { createServer } from "node:http";
import { Pool } from "undici";
import { serveCpuTimes } from "./cpu-times.ts";

const upstream = new URL(process.argv[2] ?? "");
const pool = new Pool(upstream.origin, { headersTimeout: 0, bodyTimeout: 0 });

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => {
    const { authorization = "", "content-type": contentType = "" } = request.headers;
    pool.dispatch(
      {
        path: upstream.pathname + (request.url ?? ""),
        method: "POST",
        headers: { authorization, "content-type": contentType },
        body: Buffer.concat(pieces),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          const length = headers["content-length"];
          response.writeHead(status, {
            "content-type": String(headers["content-type"]),
            ...(length === undefined ? {} : { "content-length": String(length) }),
          });
        },
        onResponseData(controller, piece) {
          if (response.write(piece)) return;
          controller.pause();
          response.once("drain", () => controller.resume());
        },
        onResponseEnd() {
          response.end();
        },
        onResponseError() {
          response.destroy();
        },
      },
    );
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) {
    serveCpuTimes({ url: `http://127.0.0.1:${address.port}` });
  }
});
