import { policy } from "@emptcp/core";
import { blkSubflow } from "@emptcp/actor-blk-subflow";
import { ipPair } from "@emptcp/selector-ip-pair";
import { MPTCP_SUBTYPE, startCapture } from "../observe/capture.js";
import { SERVER, SIGNALLED } from "../testbed/addresses.js";
import { startConnection, type ConnectionEnd, type Family } from "./connection.js";
import type { Attach, Stage } from "./stage.js";

/** What came of a server's announcement of a further address. */
export interface BlockedFacts extends ConnectionEnd {
  /** ADD_ADDR options that the server sent (its kernel sends one again up to three times when no echo comes). */
  readonly announced: number;
  /** ADD_ADDR options that the client's kernel took in. */
  readonly arrived: number;
  /** MP_JOIN SYNs that the client sent to the announced address. */
  readonly joins: number;
}

/** Long enough for all four transmissions of an announcement, the last of which comes after 1.5 s. */
const BYTES = 4_000_000;
const MAX_RATE = 2_000_000;

/**
 * Has the server signal a second address and downloads.
 * @param attach where to put blk-subflow: a hook that the server's packets pass on path 1; absent: nowhere
 */
export async function runBlocked(
  stage: Stage,
  attach: Attach | undefined,
  family: Family,
): Promise<BlockedFacts> {
  const { lab } = stage;
  const endpoint = ["ip", "mptcp", "endpoint"];
  if (attach) {
    const when = ipPair({ src: SERVER[family], dst: lab.path(1).client[family] });
    await stage.apply(attach, [policy("block", { when, chain: [blkSubflow()] })]);
  }
  const capture = await startCapture(lab.router, lab.path(2).access, "tcp");
  lab.server.runNow([...endpoint, "add", SIGNALLED[family], "signal"]);
  try {
    const connection = startConnection(
      stage,
      family,
      attach ? { bytes: BYTES, maxRate: MAX_RATE } : { bytes: BYTES },
    );
    const end = await connection.finish();
    const joins = (await capture.packets()).filter(
      (p) => p.syn && !p.ack && p.destination === SIGNALLED[family] && p.mptcp.includes(MPTCP_SUBTYPE.join),
    );
    return {
      ...end,
      announced: end.server["MPTcpExtAddAddrTx"] ?? 0,
      arrived: end.client["MPTcpExtAddAddr"] ?? 0,
      joins: joins.length,
    };
  } finally {
    lab.server.runNow([...endpoint, "flush"]);
    await stage.clear();
  }
}
