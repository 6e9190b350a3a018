/** Applies two policy sets of one name in turns until killed. Usage: apply-forever.ts PIN_DIR INTERFACE */
import { openEngine, policy, policySet } from "@emptcp/core";
import { pass } from "@emptcp/actor-pass";
import { record } from "@emptcp/actor-record";
import { tcp } from "@emptcp/selector-tcp";

const [pinDir = "", device = ""] = process.argv.slice(2);
const chains = [[record()], [pass(), record()]];
const engine = await openEngine({ pinDir });

for (let i = 0; ; i++) {
  const chain = chains[i % chains.length]!;
  await engine.apply(
    policySet("turns", { attach: { xdp: [device] }, policies: [policy("turn", { when: tcp(), chain })] }),
    {
      rebuild: true,
    },
  );
  process.stdout.write(`${i}\n`);
}
