import type { Family } from "../experiments/connection.js";
import { runSwap } from "../experiments/swap.js";
import type { Attach, Stage } from "../experiments/stage.js";
import { megabytes, withConnection, type Outcome, type Scenario } from "./scenario.js";

const DONE = "download, change the chain six times: steps added, removed, reordered";
const EXPECTED = "each chain sees packets, none is missed, not one byte is lost";

/** The chain that a transfer runs through is changed under it. */
export const swap: Scenario = {
  title: "a chain changed under a running transfer",
  trials: [
    {
      where: "client, xdp and tc-egress, IPv4",
      done: DONE,
      expected: EXPECTED,
      run: (stage) => atClient(stage, "v4"),
    },
    {
      where: "router, xdp and tc-ingress, IPv6",
      done: DONE,
      expected: EXPECTED,
      run: (stage) => atRouter(stage, "v6"),
    },
  ],
};

function atClient(stage: Stage, family: Family): Promise<Outcome> {
  const devices = stage.lab.paths.map((path) => stage.lab.client.device(path.access));
  return change(stage, { xdp: devices, "tc-egress": devices }, family);
}

function atRouter(stage: Stage, family: Family): Promise<Outcome> {
  const { lab } = stage;
  const attach = {
    xdp: lab.paths.map((path) => lab.router.device(path.access)),
    "tc-ingress": lab.paths.map((path) => lab.router.device(path.wan)),
  };
  return change(stage, attach, family);
}

async function change(stage: Stage, attach: Attach, family: Family): Promise<Outcome> {
  const facts = await runSwap(stage, attach, family);
  const packets = facts.chains.map((chain) => String(chain.packets)).join(", ");
  const ok = facts.missed === 0n && facts.chains.every((chain) => chain.packets > 0n);
  return withConnection(
    facts,
    `${megabytes(facts.bytes)}; packets in each chain: ${packets}; missed: ${facts.missed}`,
    ok,
  );
}
