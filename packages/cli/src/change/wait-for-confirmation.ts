import { createInterface } from "node:readline";
import { emptcpError, type Confirmation, type Engine } from "@emptcp/core";
import { visible } from "../terminal.js";

const LOOK = 200;

/** How it ended: `left` means that nobody waits here any more, and the watchdog goes on. */
export type Outcome = "confirmed" | "left";

/** Whether the generation was kept by somebody else: it still runs, or the history says so. */
function wasKept(engine: Engine, generation: number): boolean {
  if (engine.current().number === generation) return true;
  try {
    const last = engine.history.entries().findLast((e) => e.what === "confirm" || e.what === "rollback");
    return last?.what === "confirm";
  } catch {
    return false;
  }
}

/**
 * Waits on the terminal until somebody keeps a generation, here or elsewhere, or it goes.
 *
 * @throws ERR_EMPTCP_NOT_CONFIRMED when the old policy sets run again
 */
export async function waitForConfirmation(engine: Engine, waiting: Confirmation): Promise<Outcome> {
  const { generation, before } = waiting;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let answer: string | undefined;
  let closed = false;
  lines.on("line", (line) => (answer = line.trim().toLowerCase()));
  lines.on("close", () => (closed = true));
  try {
    for (;;) {
      const now = engine.confirmation();
      if (!now) {
        if (wasKept(engine, generation)) return "confirmed";
        throw emptcpError("ERR_EMPTCP_NOT_CONFIRMED", { generation, before });
      }
      if (answer === "" || answer === "y" || answer === "yes") {
        await engine.confirm();
        return "confirmed";
      }
      if (answer === "n" || answer === "no" || (!now.watched && now.left <= 0)) {
        await engine.rollback();
        throw emptcpError("ERR_EMPTCP_NOT_CONFIRMED", { generation, before });
      }
      if (closed) return "left";
      answer = undefined;
      const seconds = Math.max(0, Math.ceil(now.left / 1000));
      const text = `keep generation ${generation}? Enter keeps it, n goes back (${seconds} s) `;
      process.stderr.write(`\r\u001b[K${visible(text)}`);
      await new Promise((resume) => setTimeout(resume, LOOK));
    }
  } finally {
    process.stderr.write("\n");
    lines.close();
  }
}
