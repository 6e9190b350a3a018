import type { Lab } from "@emptcp/lab";
import { printJson } from "../json.js";
import { printTable } from "../table.js";

/** Prints the hosts of a testbed and the addresses of its paths; as JSON everything that is known about it. */
export function printLab(lab: Lab, json: boolean): void {
  const hosts = (["client", "router", "server"] as const).map((name) => ({
    host: name,
    namespace: lab[name].namespace,
  }));
  if (json) return printJson({ id: lab.id, hosts, paths: lab.paths, plan: lab.plan });
  printTable(
    ["HOST", "NAMESPACE"],
    hosts.map(({ host, namespace }) => [host, namespace]),
  );
  process.stdout.write("\n");
  printTable(
    ["PATH", "CLIENT", "SERVER", "IN THE ROUTER"],
    lab.paths.map(({ number, client, server, access, wan }) => [
      `${number}`,
      `${client.v4} ${client.v6}`,
      `${server.v4} ${server.v6}`,
      `${access} ${wan}`,
    ]),
  );
}
