// SPDX-License-Identifier: MIT
/**
 * Web server of the testbed: `GET /<bytes>` answers with that many bytes nobody can compress, PUT takes any body.
 * `GET /<bytes>/<name>/hold` keeps the last byte back until "<name>" comes as a line on standard input;
 * `GET /0/<name>/open` goes on until then.
 * For each transfer it prints one line of JSON: what was asked, how many bytes went, and their sha256.
 * Usage: node files.mjs PORT
 */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Readable, Transform } from "node:stream";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";

const CHUNK = 64 * 1024;

/** @type {Map<string, () => void>} */
const held = new Map();
createInterface({ input: process.stdin }).on("line", (name) => held.get(name)?.());

/**
 * @param {number} bytes
 * @param {Promise<void> | undefined} release when the last byte may go
 */
async function* noise(bytes, release) {
  const cipher = createCipheriv("aes-128-ctr", randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(CHUNK);
  for (let left = release ? bytes - 1 : bytes; left > 0; left -= CHUNK)
    yield cipher.update(left < CHUNK ? zeros.subarray(0, left) : zeros);
  await release;
  if (release) yield cipher.update(zeros.subarray(0, 1));
}

/** @param {Promise<void>} release when to end */
async function* endlessNoise(release) {
  let released = false;
  void release.then(() => (released = true));
  while (!released) yield* noise(CHUNK, undefined);
}

function measure() {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest("hex") }) };
}

const server = createServer(async (request, response) => {
  const { stream, result } = measure();
  const report = (extra) =>
    process.stdout.write(`${JSON.stringify({ url: request.url, ...result(), ...extra })}\n`);
  try {
    if (request.method === "PUT") {
      request.pipe(stream).resume();
      await new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
      response.end("ok\n");
    } else {
      const [, size, name = "", until] = request.url?.split("/") ?? [];
      const release = until ? new Promise((resolve) => held.set(name, () => resolve(undefined))) : undefined;
      const open = until === "open";
      response.writeHead(200, { connection: "close", ...(open ? {} : { "content-length": size }) });
      const body = open ? endlessNoise(release) : noise(Number(size), release);
      await pipeline(Readable.from(body), stream, response);
    }
    report({ complete: true });
  } catch (error) {
    report({ complete: false, error: String(error) });
  }
});
server.listen(Number(process.argv[2]), "::", () => process.stdout.write("ready\n"));
