import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "@emptcp/core/build";
import { BpfObject, type BpfProgram } from "@emptcp/core/libbpf";

const directory = mkdtempSync(join(tmpdir(), "emptcp-crypto-"));
const programs = new Map<string, BpfProgram>();
let object: BpfObject;

beforeAll(async () => {
  const output = join(directory, "crypto.bpf.o");
  const cwd = join(import.meta.dirname, "fixtures");
  await compile({ package: "@test/crypto", cwd, source: "crypto.bpf.c", output, hook: "xdp" });
  object = BpfObject.open(readFileSync(output), { name: "crypto" });
  const names = ["identify", "hmac"];
  for (const name of names) object.program(name).setExpectedAttachType(0);
  object.load();
  for (const name of names) programs.set(name, object.program(name).program());
});
afterAll(() => {
  for (const program of programs.values()) program.close();
  object.close();
  rmSync(directory, { recursive: true });
});

function run(program: string, data: Buffer): Buffer {
  const result = programs.get(program)?.testRun({ data, dataOutSize: data.length });
  expect(result?.retval).toBe(0);
  return result?.data ?? Buffer.alloc(0);
}

/** struct emptcp_identity. */
function identify(key: Buffer, version: number): { token: number; idsn: bigint } {
  const data = Buffer.alloc(152);
  data.writeBigUInt64LE(key.readBigUInt64BE(0), 0);
  data.writeUInt32LE(version, 20);
  const out = run("identify", data);
  return { token: out.readUInt32LE(16), idsn: out.readBigUInt64LE(8) };
}

const HMAC = { key: 128, message: 144, length: 172 };

/** struct emptcp_hmac. */
function hmac(keys: Buffer, message: Buffer): string {
  const data = Buffer.alloc(176);
  data.writeBigUInt64LE(keys.readBigUInt64BE(0), HMAC.key);
  data.writeBigUInt64LE(keys.readBigUInt64BE(8), HMAC.key + 8);
  message.copy(data, HMAC.message);
  data.writeUInt32LE(message.length, HMAC.length);
  return run("hmac", data).subarray(0, 32).swap32().toString("hex");
}

const edges = ["0000000000000000", "ffffffffffffffff", "8000000000000000", "0000000000000001"];
const keys = [
  ...edges.map((k) => Buffer.from(k, "hex")),
  ...Array.from({ length: 100 }, () => randomBytes(8)),
];

describe("keys", () => {
  it.each([
    [0, "sha1"],
    [1, "sha256"],
  ])("of version %d give the token and idsn that node:crypto gives", (version, hash) => {
    for (const key of keys) {
      const digest = createHash(hash).update(key).digest();
      const expected = { token: digest.readUInt32BE(0), idsn: digest.readBigUInt64BE(digest.length - 8) };
      expect(identify(key, version), key.toString("hex")).toEqual(expected);
    }
  });

  it("authenticate messages of every length as node:crypto does", () => {
    for (let length = 0; length <= 28; length++) {
      const both = randomBytes(16);
      const message = randomBytes(length);
      const expected = createHmac("sha256", both).update(message).digest("hex");
      expect(hmac(both, message), `${length} bytes`).toBe(expected);
    }
  });
});
