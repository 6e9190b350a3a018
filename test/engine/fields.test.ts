import { afterAll, beforeAll, expect, it } from "vitest";
import { ModuleCatalog, type FieldSpec, type InstalledModule } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { modules, rule, step, testSet, withEngine } from "./support.js";
import { actorSource } from "./workshop-sources.js";

const workshop = new ModuleWorkshop();
const made: InstalledModule[] = [];
const packet = tcp({ payload: Buffer.from("hello") }).bytes;

const type = (size: number): string => `__u${size * 8}`;
const give = (module: string, specs: readonly (FieldSpec & { readonly value: string })[]) =>
  actorSource(
    module,
    {
      top: specs.map((f) => `EMPTCP_FIELD(${f.name.replaceAll("-", "_")}, ${f.size});`).join("\n"),
      body: specs.map((f) => `	emptcp_field_set(ctx, ${f.name.replaceAll("-", "_")}, ${f.value});`).join("\n"),
    },
    { fields: { provides: specs.map(({ name, size }) => ({ name, size })), requires: [] } },
  );
const take = (module: string, specs: readonly FieldSpec[]) =>
  actorSource(
    module,
    {
      top: `${specs.map((f) => `EMPTCP_FIELD(${f.name.replaceAll("-", "_")}, ${f.size});`).join("\n")}
struct got { ${specs.map((f) => `${type(f.size)} ${f.name.replaceAll("-", "_")};`).join(" ")} };
EMPTCP_EVENT(got, 1, struct got);`,
      body: `	struct got *e = emptcp_event_begin(pkt, got);
	if (e) {
${specs.map((f) => `		e->${f.name.replaceAll("-", "_")} = emptcp_field_get(ctx, ${f.name.replaceAll("-", "_")});`).join("\n")}
		emptcp_event_submit(e);
	}`,
    },
    { fields: { provides: [], requires: specs } },
  );

const mark: FieldSpec = { name: "mark", size: 2 };
const kind: FieldSpec = { name: "flow-kind", size: 1 };
const token: FieldSpec = { name: "token", size: 4 };
const whole: FieldSpec = { name: "whole", size: 8 };

beforeAll(async () => {
  const sources = [
    give("marks", [{ ...mark, value: "0xbeef" }]),
    give("kinds", [{ ...kind, value: "0x5a" }]),
    give("tokens", [{ ...token, value: "0xdeadbeef" }]),
    give("wholes", [{ ...whole, value: "0x1122334455667788ULL" }]),
    take("reads", [mark, kind, token]),
    take("reads-whole", [whole]),
    take("reads-mark", [mark]),
  ];
  made.push(...(await Promise.all(sources.map((s) => workshop.make(s)))));
});
afterAll(() => workshop.remove());

const withFields = (work: Parameters<typeof withEngine>[0]) =>
  withEngine(work, { modules: ModuleCatalog.of([...modules.list(), ...made]) });

it.each(["xdp", "tc-ingress", "tc-egress"] as const)(
  "steps hand fields on to later steps (%s)",
  async (hook) => {
    await withFields(async (engine) => {
      const chain = ["tokens", "marks", "kinds", "pass"].map((m) => step(m)).slice(0, 3);
      await engine.apply(testSet("web", [rule("a", { chain: [...chain, step("reads")] })], hook));
      engine.testRun(hook, packet);
      for await (const event of engine.events({ signal: AbortSignal.timeout(5000) })) {
        expect(event.data).toEqual({ mark: 0xbeef, flow_kind: 0x5a, token: 0xdeadbeef });
        break;
      }
    });
  },
);

it("fields of chains that never meet share their place, and nothing leaks into the chain behind", async () => {
  await withFields(async (engine) => {
    const first = rule("first", {
      chain: [step("wholes"), step("reads-whole")],
      priority: 2,
      continue: true,
    });
    const second = rule("second", { chain: [step("marks"), step("reads-mark")], priority: 1 });
    await engine.apply(testSet("web", [first, second]));
    engine.testRun("tc-ingress", packet);
    const got = [];
    for await (const { data, policy } of engine.events({ signal: AbortSignal.timeout(5000) }))
      if (got.push([policy, data]) === 2) break;
    expect(got).toEqual([
      ["first", { whole: 0x1122334455667788n }],
      ["second", { mark: 0xbeef }],
    ]);
  });
});

it("a chain whose fields are never set is refused", async () => {
  await withFields(async (engine) => {
    const set = testSet("web", [rule("a", { chain: [step("reads-mark")] })]);
    await expect(engine.apply(set)).rejects.toMatchObject({
      problems: [expect.objectContaining({ code: "ERR_EMPTCP_FIELD_ORDER" })],
    });
  });
});
