import { ModuleCatalog, openEngine, type PolicySet } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { afterAll, expect, it } from "vitest";

const workshop = new ModuleWorkshop();
afterAll(() => workshop.remove());

const hooks = ["xdp"] as const;
const any = `#include <emptcp/selector.bpf.h>
EMPTCP_SELECTOR0(any) { return EMPTCP_KEY; }
`;
const source = (body: string): string => `#include <emptcp/actor.bpf.h>
#include <emptcp/field.bpf.h>
EMPTCP_FIELD(mark, SIZE);
${body}
`;
const put = "EMPTCP_ACTOR0(put) { emptcp_field_set(ctx, mark, 0x1122334455667788ULL); return EMPTCP_NEXT; }";
const get =
  "EMPTCP_ACTOR0(get) { return emptcp_field_get(ctx, mark) == (0x1122334455667788ULL & EMPTCP_FIELD_MASK(SIZE)) ? EMPTCP_DROP : EMPTCP_NEXT; }";

it.each([2, 8])("a field of %i bytes reaches a later step, cut to its size", async (size) => {
  const spec = [{ name: "mark", size }];
  const sized = (text: string): string => source(text).replaceAll("SIZE", `${size}`);
  const modules = ModuleCatalog.of([
    await workshop.make({
      hooks,
      manifest: { kind: "selector", module: "any", key: { v4: 0, v6: 0, ends: null, fields: [] } },
      source: any,
    }),
    await workshop.make({
      hooks,
      manifest: { kind: "actor", module: "put", fields: { provides: spec, requires: [] } },
      source: sized(put),
    }),
    await workshop.make({
      hooks,
      manifest: { kind: "actor", module: "get", powers: ["drop"], fields: { provides: [], requires: spec } },
      source: sized(get),
    }),
  ]);
  using engine = await openEngine({
    pinDir: `/sys/fs/bpf/emptcp-test-field-${process.pid}-${size}`,
    modules,
  });
  const steps = (names: string[]) => names.map((module) => ({ kind: "step" as const, module, params: {} }));
  const set: PolicySet = {
    name: "s",
    attach: { xdp: ["@test"] },
    policies: [
      {
        name: "p",
        priority: 0,
        when: { kind: "match", module: "any", params: {} },
        chain: steps(["put", "get"]),
      },
    ],
  } as unknown as PolicySet;
  try {
    await engine.apply(set);
    expect(engine.testRun("xdp", tcp().bytes).verdict).toBe(1);
  } finally {
    await engine.detach();
  }
});
