import { offloadsOf } from "../../libbpf/index.js";
import type { PortRecord } from "../../engine/manifest.js";
import { inNamespace, interfaceText, whileThere } from "../namespace.js";
import type { Check, Finding } from "../types.js";

function inspectPort({ name, netns, hook }: PortRecord): Finding[] {
  const offloads = whileThere(netns, () => offloadsOf(name));
  if (!offloads) return [];
  const subject = interfaceText(netns, name);
  const findings: Finding[] = [];
  if (offloads.lro && hook !== "tc-egress")
    findings.push({
      level: "warning",
      subject,
      message:
        "the card merges packets (LRO) before any program sees them, which mixes up options of Multipath TCP",
      fix: inNamespace(netns, `ethtool -K ${name} lro off`),
    });
  if (hook === "tc-egress" && (offloads.tso || offloads.gso))
    findings.push({
      level: "note",
      subject,
      message:
        "tc-egress sees packets before they are cut to size (GSO); steps that add bytes refuse these and count it",
      fix: inNamespace(netns, `ethtool -K ${name} tso off gso off`),
    });
  if (hook === "tc-ingress" && offloads.gro)
    findings.push({
      level: "note",
      subject,
      message:
        "tc-ingress sees packets after they were merged (GRO); steps that add bytes refuse these and count it",
      fix: inNamespace(netns, `ethtool -K ${name} gro off`),
    });
  return findings;
}

/** Offloads that change what programs see, on interfaces that the engine is attached to. */
export const offloads: Check = {
  name: "offloads",
  run({ engine }) {
    const ports = (engine?.manifest.ports ?? []).filter((p) => p.attached !== "test");
    if (ports.length === 0) return [];
    const found = ports.flatMap(inspectPort);
    return found.length > 0 ? found : [{ level: "ok", message: "none that changes what programs see" }];
  },
};
