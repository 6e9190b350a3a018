import { HOSTS, namespaceName, namespaceNames, type HostName } from "./addresses.js";
import { inNamespace, runNow } from "./command.js";
import { startForwarder } from "./forwarder.js";
import type { LabPlan } from "./spec.js";
import { IPV6, layTopology, linkEnds, type LinkPlan } from "./topology.js";

/** One step of building, named for progress lines. */
export interface BuildStep {
  readonly title: string;
  readonly run: () => void;
}

/** Reverse-path filters would drop what takes another path back; address checks would hold IPv6 up for a second. */
const SYSCTLS: Readonly<Record<string, string>> = {
  "ipv4/conf/all/rp_filter": "0",
  "ipv4/conf/default/rp_filter": "0",
  "ipv6/conf/all/accept_ra": "0",
  "ipv6/conf/default/accept_ra": "0",
  "ipv6/conf/default/accept_dad": "0",
  "mptcp/enabled": "1",
};

/** Only the router forwards. */
const ROUTER_SYSCTLS: Readonly<Record<string, string>> = {
  "ipv4/ip_forward": "1",
  "ipv6/conf/all/forwarding": "1",
};

/** Everything to do for a plan, in order. Each step ends before it returns, so that between steps nothing is under way. */
export function buildSteps(plan: LabPlan): BuildStep[] {
  const owner = plan.persistent ? 0 : process.pid;
  let netem = false;
  const topology = (): ReturnType<typeof layTopology> => layTopology(plan, netem);
  return [
    {
      title: "namespaces",
      run: () => {
        runNow(
          ["ip", "-batch", "-"],
          namespaceNames(plan.id)
            .map((name) => `netns add ${name}\n`)
            .join(""),
        );
        eachHost(plan.id, (name, host) => runNow(inNamespace(name, ["sh", "-e"]), sysctlScript(host)));
        netem = kernelHasNetem(namespaceName(plan.id, "server"));
      },
    },
    { title: "links", run: () => topology().links.forEach((link) => makeLink(plan.id, link, owner)) },
    {
      title: "addresses and routes",
      run: () => eachHost(plan.id, (name, host) => batch(name, "ip", topology().ip[host])),
    },
    {
      title: "rates and delays",
      run: () => eachHost(plan.id, (name, host) => batch(name, "tc", topology().tc[host])),
    },
    {
      title: "MPTCP endpoints",
      run: () => eachHost(plan.id, (name, host) => batch(name, "ip", topology().mptcp[host])),
    },
  ];
}

function eachHost(id: string, run: (namespace: string, host: HostName) => void): void {
  for (const host of HOSTS) run(namespaceName(id, host), host);
}

function batch(namespace: string, program: "ip" | "tc", lines: string): void {
  const all = lines.split("\n");
  const plain = all.filter((line) => line !== "" && !line.startsWith(IPV6));
  const six = all.filter((line) => line.startsWith(IPV6)).map((line) => line.slice(IPV6.length));
  if (plain.length > 0) runNow(inNamespace(namespace, [program, "-batch", "-"]), `${plain.join("\n")}\n`);
  if (six.length > 0) runNow(inNamespace(namespace, [program, "-6", "-batch", "-"]), `${six.join("\n")}\n`);
}

function makeLink(id: string, link: LinkPlan, owner: number): void {
  if (link.kind === "forwarder") return startForwarder(id, link, owner);
  const { here, there } = linkEnds(id, link);
  batch(here, "ip", `link add ${link.device} type veth peer name ${link.device} netns ${there}\n`);
}

function sysctlScript(host: HostName): string {
  const all = host === "router" ? { ...SYSCTLS, ...ROUTER_SYSCTLS } : SYSCTLS;
  return Object.entries(all)
    .map(([name, value]) => `echo ${value} > /proc/sys/net/${name}\n`)
    .join("");
}

/** Tries it in a namespace of the testbed, where it harms nobody. */
function kernelHasNetem(namespace: string): boolean {
  try {
    runNow(inNamespace(namespace, ["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "0ms"]));
    runNow(inNamespace(namespace, ["tc", "qdisc", "del", "dev", "lo", "root"]));
    return true;
  } catch {
    return false;
  }
}
