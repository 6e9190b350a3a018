import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compile, describeObject } from "@emptcp/core/build";
import { BpfObject } from "@emptcp/core/libbpf";

it("loads a socket actor as a sockops program", async () => {
  const directory = mkdtempSync(join(tmpdir(), "emptcp-sock-"));
  try {
    const output = join(directory, "sock_mark.bpf.o");
    const cwd = join(import.meta.dirname, "fixtures");
    await compile({ package: "@test/sock-mark", cwd, source: "sock_mark.bpf.c", output, hook: "tc-egress" });
    const bytes = readFileSync(output);
    expect(describeObject(bytes, "sock-mark")).toMatchObject({ kind: "sock-actor", params: { size: 4 } });
    const object = BpfObject.open(bytes, { name: "sock_mark" });
    try {
      object.load();
      expect(object.program("sock_mark").fd).toBeGreaterThan(0);
    } finally {
      object.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
