import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { discoverModules, openEngine, type Engine } from "@emptcp/core";
import { buildPackage } from "@emptcp/core/build";

const packages = fileURLToPath(new URL("../..", import.meta.url));
const pinDir = `/sys/fs/bpf/emptcp-test-dev-${process.pid}`;
const PASS = 2;
const DROP = 1;

/** An Ethernet frame that is not IP. */
const frame = Buffer.concat([Buffer.alloc(12), Buffer.from("88b5", "hex"), Buffer.alloc(50)]);

let dir: string;
let engine: Engine;
let dev: ChildProcess;
let said = "";

const source = (body: string): string =>
  `#include <emptcp/actor.bpf.h>\n\nEMPTCP_ACTOR0(blink)\n{\n\t${body}\n}\n`;

/** Saves a file as editors do: a new one takes the place of the old one. */
function save(file: string, text: string): void {
  const draft = join(dir, "src", ".draft~");
  writeFileSync(draft, text);
  renameSync(draft, join(dir, "src", file));
}

const verdict = (): number => engine.testRun("xdp", frame).verdict;

/** Sends packets until the condition holds; each one must find a whole chain. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  for (; !holds(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    expect([PASS, DROP]).toContain(verdict());
    expect(Date.now(), `${what}; it said:\n${said}`).toBeLessThan(end);
  }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "emptcp-dev-"));
  cpSync(join(packages, "actor-pass/src"), join(dir, "src"), { recursive: true });
  rmSync(join(dir, "src/pass.bpf.c"));
  writeFileSync(join(dir, "src/blink.bpf.c"), source("return EMPTCP_NEXT;"));
  const index = readFileSync(join(dir, "src/index.ts"), "utf8").replaceAll('"pass"', '"blink"');
  writeFileSync(join(dir, "src/index.ts"), index.replace("powers: []", 'powers: ["drop"]'));
  const json = readFileSync(join(packages, "actor-pass/package.json"), "utf8");
  writeFileSync(join(dir, "package.json"), json.replace("@emptcp/actor-pass", "actor-blink"));
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(packages, join(dir, "node_modules/@emptcp"));
  await buildPackage(dir, { bundle: true });
  engine = await openEngine({ pinDir, modules: discoverModules({ from: [dir] }) });
  await engine.apply({
    name: "dev",
    attach: { xdp: ["@test"] },
    policies: [
      {
        name: "all",
        when: { kind: "match", module: "any", params: {} },
        chain: [{ kind: "step", module: "blink", params: {} }],
        priority: 0,
      },
    ],
  } as unknown as Parameters<Engine["apply"]>[0]);
  const node = ["--conditions=@emptcp/source", "--import", "tsx", join(packages, "cli/src/bin.ts")];
  dev = spawn(process.execPath, [...node, "dev", dir, "--pin-dir", pinDir], {
    cwd: join(packages, ".."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [dev.stdout, dev.stderr]) stream?.on("data", (chunk) => (said += String(chunk)));
  await until("starts", () => said.includes("watching"));
});

afterAll(async () => {
  if (dev?.exitCode === null) dev.kill("SIGKILL");
  await engine?.detach();
  engine?.close();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

it("swaps in what was saved, under traffic", async () => {
  expect(verdict()).toBe(PASS);
  save("blink.bpf.c", source("return EMPTCP_DROP;"));
  await until("drops", () => verdict() === DROP);
  await until("tells it", () => /swapped in as generation \d/.test(said));
  expect(said).toMatch(/actor-blink: built, \d+( \([+-]\d+\))? instructions on xdp/);
  expect(engine.counters()).toMatchObject({ stepMissed: 0n, entryMissed: 0n });
});

it("shows what clang says, and leaves the old one running", async () => {
  save("blink.bpf.c", source("return EMPTCP_DROPP;"));
  await until("complains", () => said.includes("use of undeclared identifier 'EMPTCP_DROPP'"));
  expect(verdict()).toBe(DROP);
});

it("shows what the verifier says with the line of C, and leaves the old one running", async () => {
  save("blink.bpf.c", source("return emptcp_tcp(ctx, pkt)->syn ? EMPTCP_DROP : EMPTCP_NEXT;"));
  await until("complains", () => said.includes("blink.bpf.c:5: return emptcp_tcp(ctx, pkt)->syn"));
  expect(said).toContain("hint: the pointer is NULL on this way");
  expect(verdict()).toBe(DROP);
});

it("prints what the module says with emptcp_log()", async () => {
  const log =
    'emptcp_log(pkt, "%d bytes of %s", emptcp_packet_length(ctx), "packet");\n\treturn EMPTCP_DROP;';
  save("blink.bpf.c", source(log).replace("\n\n", "\n#include <emptcp/log.bpf.h>\n\n"));
  await until("speaks", () => /dev\/all xdp 1 blink 64 bytes of packet/.test(said));
});

it("sees headers, and mistakes in TypeScript", async () => {
  save("verdict.bpf.h", "#define VERDICT EMPTCP_NEXT\n");
  save("blink.bpf.c", source("return VERDICT;").replace("\n\n", '\n#include "verdict.bpf.h"\n\n'));
  await until("passes", () => verdict() === PASS);
  save("verdict.bpf.h", "#define VERDICT EMPTCP_DROP\n");
  await until("drops", () => verdict() === DROP);
  const index = readFileSync(join(dir, "src/index.ts"), "utf8");
  save("index.ts", index.replace("defineActor({", "defineActor({{"));
  await until("complains", () => /src\/index\.ts:\d+:\d+:/.test(said));
  save("index.ts", index.replace('powers: ["drop"]', 'powers: ["drop", "inject"]'));
  const count = said.split("actor-blink: ").length;
  await until("builds", () => said.split("actor-blink: ").length > count);
});

it("ends cleanly when asked to, and what runs goes on", async () => {
  const ended = new Promise((resolve) => dev.on("exit", (code, signal) => resolve(code ?? signal)));
  dev.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
  expect(verdict()).toBe(DROP);
  expect(engine.current().instrument.log).toBe(false);
  save("blink.bpf.c", source("return EMPTCP_NEXT;"));
  expect(verdict()).toBe(DROP);
});
