import { runBlocked } from "../experiments/blocked.js";
import type { Family } from "../experiments/connection.js";
import type { Attach, Stage } from "../experiments/stage.js";
import { withConnection, type Outcome, type Scenario, type Trial } from "./scenario.js";

/** The server signals another address; clients join it unless the announcement is removed on the way. */
export const blocked: Scenario = {
  title: "blocked subflows: blk-subflow removes the server's announcement of a second address",
  trials: [
    open("v4"),
    {
      where: "client, xdp path1, IPv4",
      done: "download, server signals, blk-subflow",
      expected: "no ADD_ADDR arrives, no MP_JOIN follows",
      run: (stage) => block(stage, { xdp: [stage.lab.client.device("path1")] }, "v4"),
    },
    open("v6"),
    {
      where: "router, tc-ingress wan1, IPv6",
      done: "download, server signals, blk-subflow",
      expected: "no ADD_ADDR arrives, no MP_JOIN follows",
      run: (stage) => block(stage, { "tc-ingress": [stage.lab.router.device("wan1")] }, "v6"),
    },
  ],
};

function open(family: Family): Trial {
  return {
    where: "-",
    done: `download over IP${family}, server signals a second address`,
    expected: "ADD_ADDR arrives, MP_JOIN follows",
    run: async (stage) => {
      const facts = await runBlocked(stage, undefined, family);
      const seen = `${facts.arrived} ADD_ADDR arrived, ${facts.joins} MP_JOIN to that address`;
      return withConnection(facts, seen, facts.arrived > 0 && facts.joins > 0);
    },
  };
}

async function block(stage: Stage, attach: Attach, family: Family): Promise<Outcome> {
  const facts = await runBlocked(stage, attach, family);
  const seen = `${facts.announced} ADD_ADDR sent, ${facts.arrived} arrived, ${facts.joins} MP_JOIN to that address`;
  return withConnection(facts, seen, facts.announced > 0 && facts.arrived === 0 && facts.joins === 0);
}
