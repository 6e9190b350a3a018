import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ModuleCatalog, type InstalledModule } from "@emptcp/core";
import { BpfObject, BpfProgram } from "@emptcp/core/libbpf";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { modules, rule, step, testSet, withEngine } from "./support.js";
import { actorSource } from "./workshop-sources.js";

const workshop = new ModuleWorkshop();
afterAll(() => workshop.remove());

const packet = tcp({ payload: Buffer.from("hello") }).bytes;
/** The load of the constant that the verifier looked at: two slots of its address, one of the load itself. */
const CONSTANT = 24;

/** Bytes of a module's program as the kernel keeps it. */
function xlated({ dir, manifest }: InstalledModule, log: number): number {
  using object = BpfObject.open(readFileSync(join(dir, "dist", `${manifest.symbol}.xdp.bpf.o`)), {
    name: "log",
  });
  if (object.hasRodata("emptcp_log_on")) object.setRodata("emptcp_log_on", log);
  for (const program of object.programs()) program.setAutoload(program.name === manifest.symbol);
  object.load();
  using program = BpfProgram.fromFd(object.program(manifest.symbol).fd);
  return program.info().xlatedLength;
}

const talk = (logs: string) =>
  actorSource("talk", {
    body: `	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);\n\n	if (ip4)\n		ip4->ttl--;\n${logs}`,
  });

it("messages that are off are not in the program", async () => {
  const silent = await workshop.make(talk(""));
  const talking = await workshop.make(
    talk(`	emptcp_log(pkt, "one %u %s", 3, "x");\n	emptcp_log(pkt, "two %u", 4);`),
  );
  const without = xlated(silent, 0);
  expect(xlated(talking, 0) - without).toBeLessThanOrEqual(2 * CONSTANT);
  expect(xlated(talking, 1) - without).toBeGreaterThan(30 * 8);
});

it("messages come when they are switched on, and go again", async () => {
  const talking = await workshop.make(
    talk(`	emptcp_log(pkt, "%d bytes of %s", emptcp_packet_length(ctx), "text");`),
  );
  await withEngine(
    async (engine) => {
      const set = testSet("web", [rule("a", { chain: [step("talk"), step("pass")] })]);
      await engine.apply(set);
      engine.testRun("tc-ingress", packet);
      await engine.setLog(true);
      expect(engine.current().instrument.log).toBe(true);
      engine.testRun("tc-ingress", packet);
      const stop = new AbortController();
      const texts = [];
      for await (const { event, data, step: at } of engine.events({ log: true, signal: stop.signal })) {
        texts.push([event, data["text"], at]);
        // while somebody reads, messages stay on over changes
        const { generation } = await engine.apply(testSet("other", [rule("b")]));
        expect(generation).toBe(3);
        expect(engine.current().instrument.log).toBe(true);
        stop.abort();
      }
      expect(texts).toEqual([["log", `${packet.length} bytes of text`, 0]]);
      await engine.apply(testSet("other", [rule("c")]));
      expect(engine.current().instrument.log).toBe(false);
    },
    { modules: ModuleCatalog.of([...modules.list(), talking]) },
  );
});
