import { setTimeout as sleep } from "node:timers/promises";
import { policy, type Step } from "@emptcp/core";
import { pass } from "@emptcp/actor-pass";
import { record } from "@emptcp/actor-record";
import { setWindow } from "@emptcp/actor-set-window";
import { tcp } from "@emptcp/selector-tcp";
import { startConnection, until, type ConnectionEnd, type Family } from "./connection.js";
import type { Attach, Stage } from "./stage.js";

/** What came of changing a chain again and again while a connection's packets went through it. */
export interface SwapFacts extends ConnectionEnd {
  /** Each chain by its modules, and packets that went through it. */
  readonly chains: readonly { readonly modules: readonly string[]; readonly packets: bigint }[];
  /** Tail calls that went nowhere and hook runs that mixed two generations since the first chain; both must be 0. */
  readonly missed: bigint;
}

/**
 * Below what the client's kernel advertises by itself once the transfer runs (256 KiB after scaling by 10 bits): a
 * window larger than the receiver's would make it throw data away.
 */
const WINDOW = 256;

/** One chain after the other: steps are added, removed and put in another order. */
const CHAINS: readonly (readonly Step[])[] = [
  [record()],
  [record(), pass()],
  [pass(), setWindow({ window: WINDOW }), record()],
  [record(), setWindow({ window: WINDOW }), pass()],
  [setWindow({ window: WINDOW })],
  [pass(), record()],
];

/** Least time a chain is left alone, so that packets meet it. */
const STAY_MS = 150;

/** Downloads while the chain that all its packets go through is changed; ends with no policy. */
export async function runSwap(stage: Stage, attach: Attach, family: Family): Promise<SwapFacts> {
  const chains: { modules: string[]; packets: bigint }[] = [];
  const connection = startConnection(stage, family, {});
  await until("data to flow", () => connection.download.received() > 0);
  let missedBefore = 0n;
  for (const [i, chain] of CHAINS.entries()) {
    await stage.apply(attach, [policy("swap", { when: tcp(), chain })]);
    if (i === 0) missedBefore = missesOf(stage);
    const before = sumOf(stage);
    await sleep(STAY_MS);
    chains.push({ modules: chain.map((step) => step.module), packets: sumOf(stage) - before });
  }
  stage.web.release(connection.download);
  const facts = await connection.finish();
  const missed = missesOf(stage) - missedBefore;
  await stage.clear();
  return { ...facts, chains, missed };
}

function missesOf(stage: Stage): bigint {
  const { rootMissed, entryMissed, stepMissed, mixedGenerations } = stage.engine.counters();
  return rootMissed + entryMissed + stepMissed + mixedGenerations;
}

/** Packets that the policy has matched at all its hooks. */
function sumOf(stage: Stage): bigint {
  return stage.engine.stats().reduce((total, policy) => total + policy.packets, 0n);
}
