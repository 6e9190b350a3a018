import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** Everything on this machine that belongs to a testbed: namespaces, its record, processes in the namespaces. */
export function leftoversOf(id: string): string[] {
  const namespaces = readdirSync("/run/netns").filter((name) => name.startsWith(`emptcp-${id}-`));
  const processes = namespaces.flatMap((name) =>
    execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" }).split("\n"),
  );
  const record = `/run/emptcp/labs/lab-${id}.json`;
  return [
    ...namespaces,
    ...processes.filter((pid) => pid !== "").map((pid) => `process ${pid}`),
    ...(existsSync(record) ? [record] : []),
  ];
}
