import type { Family } from "../experiments/connection.js";
import { runRecording, type RecordedSubflow } from "../experiments/recording.js";
import type { Attach, Stage } from "../experiments/stage.js";
import { megabytes, withConnection, type Outcome, type Scenario } from "./scenario.js";

/** Clocks of the recorder and of the kernel start at slightly different moments of a packet's life. */
const RTT_SLACK_MS = 2;

/** What the actor `record` counts, beside what the kernel says of the same subflows. */
export const recording: Scenario = {
  title: "recording: record counts packets, bytes and round trips of each subflow",
  trials: [
    {
      where: "server, tc-ingress and tc-egress, IPv4",
      done: "download 4 MB",
      expected: "the same payload and round trips as ss says",
      run: (stage) => atServer(stage, "v4"),
    },
    {
      where: "router, tc-ingress, IPv6",
      done: "download 4 MB",
      expected: "the same packets and payload as ss says; round trips of a part of the way",
      run: (stage) => atRouter(stage, "v6"),
    },
  ],
};

async function atServer(stage: Stage, family: Family): Promise<Outcome> {
  const devices = stage.lab.paths.map((path) => stage.lab.server.device(path.wan));
  return compare(stage, { "tc-ingress": devices, "tc-egress": devices }, family, (subflow) => {
    const { recorded, kernel } = subflow;
    const near = Math.abs(recorded.minRttMs - kernel.minRttMs) <= RTT_SLACK_MS;
    return recorded.payloadBytes === kernel.bytesSent && recorded.rttSamples > 0 && near;
  });
}

async function atRouter(stage: Stage, family: Family): Promise<Outcome> {
  const devices = stage.lab.paths
    .flatMap((path) => [path.wan, path.access])
    .map((d) => stage.lab.router.device(d));
  return compare(stage, { "tc-ingress": devices }, family, (subflow) => {
    const { recorded, kernel } = subflow;
    const packets = recorded.packets - recorded.syns;
    const part = recorded.minRttMs <= kernel.minRttMs + RTT_SLACK_MS;
    return (
      recorded.payloadBytes === kernel.bytesSent &&
      packets === kernel.segmentsOut &&
      recorded.rttSamples > 0 &&
      part
    );
  });
}

async function compare(
  stage: Stage,
  attach: Attach,
  family: Family,
  agree: (subflow: RecordedSubflow) => boolean,
): Promise<Outcome> {
  const facts = await runRecording(stage, attach, family);
  const seen = facts.subflows.map(describe).join("; ");
  return withConnection(facts, seen, facts.subflows.length === 2 && facts.subflows.every(agree));
}

function describe({ path, recorded, kernel }: RecordedSubflow): string {
  return (
    `path ${path}: ${recorded.packets - recorded.syns} packets (ss: ${kernel.segmentsOut} segments), ` +
    `${megabytes(recorded.payloadBytes)} (ss: ${megabytes(kernel.bytesSent)}), ` +
    `round trip ${recorded.minRttMs.toFixed(2)} to ${recorded.rttMs.toFixed(1)} ms (ss: ${kernel.minRttMs.toFixed(1)} to ${kernel.rttMs.toFixed(1)})`
  );
}
