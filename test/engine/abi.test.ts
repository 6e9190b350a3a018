import { afterAll, expect, it } from "vitest";
import { ModuleCatalog, SPOKEN_ABIS, type InstalledModule } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { modules, rule, step, testSet, withEngine } from "./support.js";
import { actorSource } from "./workshop-sources.js";

const workshop = new ModuleWorkshop();
afterAll(() => workshop.remove());

const apply = (module: InstalledModule) =>
  withEngine(
    async (engine) => {
      await engine.apply(testSet("web", [rule("a", { chain: [step("old"), step("pass")] })]));
      engine.testRun("tc-ingress", tcp().bytes);
      return engine.stats()[0]?.steps.map((s) => s.packets);
    },
    { modules: ModuleCatalog.of([...modules.list(), module]) },
  );

const hooks = ["tc-ingress"] as const;
const source = (top = "") => ({ ...actorSource("old", { top, body: "" }), hooks });

it("a module for another ABI is refused by name, with both ABIs", async () => {
  const { manifest, ...other } = source();
  const later = await workshop.make({ ...other, manifest: { ...manifest, abi: 2, version: "3.1.0" } });
  await expect(apply(later)).rejects.toMatchObject({
    problems: [
      expect.objectContaining({
        code: "ERR_EMPTCP_ABI",
        message: `use @test/actor-old 3.1.0: built for abi 2, core speaks abi ${SPOKEN_ABIS.join(", ")}`,
      }),
    ],
  });
});

it("an object for another ABI than its manifest says is refused, too", async () => {
  const built = await workshop.make(source("#undef EMPTCP_ABI\n#define EMPTCP_ABI 7"));
  expect(built.manifest.abi).toBe(7);
  const lying = { ...built, manifest: { ...built.manifest, abi: 1 } };
  await expect(apply(lying)).rejects.toMatchObject({
    code: "ERR_EMPTCP_ABI",
    message: "use @test/actor-old 0.1.0: built for abi 7, core speaks abi 1",
  });
});

it("a package for another core is refused on the other axis", async () => {
  const { manifest, ...other } = source();
  const later = await workshop.make({ ...other, manifest: { ...manifest, core: "^9.0.0" } });
  await expect(apply(later)).rejects.toMatchObject({
    problems: [expect.objectContaining({ code: "ERR_EMPTCP_CORE_RANGE" })],
  });
});

it("a module built before there were events, messages and probes runs", async () => {
  const built = await workshop.make({
    hooks,
    manifest: { kind: "actor", module: "old" },
    // what this ABI asks of a step, by hand: nothing of the SDK that was added later
    source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/module.bpf.h>
#include <emptcp/state.bpf.h>

const volatile __u32 emptcp_next = 0, emptcp_param_off = 0, emptcp_position = 0, emptcp_generation = 0, emptcp_stamp = 0;
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EMPTCP_STEPS);
	__type(key, __u32);
	__type(value, __u32);
} emptcp_steps SEC(".maps");

struct none {};
EMPTCP_MODULE(EMPTCP_KIND_ACTOR, struct none params;);

SEC(EMPTCP_SEC) int old(struct emptcp_ctx *ctx)
{
	bpf_tail_call(ctx, &emptcp_steps, emptcp_next);
	return emptcp_param_off + emptcp_position + emptcp_generation + emptcp_stamp == 77 ? EMPTCP_DROP : EMPTCP_PASS;
}
`,
  });
  const { events: _, ...manifest } = built.manifest;
  // it counts nothing, the step behind it does
  expect(await apply({ ...built, manifest })).toEqual([0n, 1n]);
});
