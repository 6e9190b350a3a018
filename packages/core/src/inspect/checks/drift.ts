import { existsSync } from "node:fs";
import { BpfLink, findInterface, queryClsact } from "../../libbpf/index.js";
import { portKey, resolvePorts } from "../../engine/interfaces.js";
import type { PortRecord } from "../../engine/manifest.js";
import type { EngineView } from "../engine-view.js";
import { inNamespace, interfaceText, whileThere } from "../namespace.js";
import { hooksOf } from "./interfaces.js";
import type { Check, Finding } from "../types.js";

const REFRESH = "emptcp refresh";

/** Why a port is not attached as the generation says; undefined when it is. */
function detached({ pins, roots }: EngineView, port: PortRecord): string | undefined {
  const root = roots.get(port.id);
  if (root === undefined) return "its root program is no longer pinned";
  if (port.attached === "clsact") {
    const direction = port.hook === "tc-ingress" ? "ingress" : "egress";
    const found = whileThere(port.netns, () => queryClsact(port.ifindex, direction));
    if (!found) return "its clsact filter was taken off";
    return found.progId === root ? undefined : `another program (id ${found.progId}) is in its clsact filter`;
  }
  if (!existsSync(pins.link(port.id))) return "its link is no longer pinned";
  using link = BpfLink.fromPin(pins.link(port.id));
  const { ifindex, progId } = link.info();
  if (ifindex === 0) return "its link was detached";
  return progId === root ? undefined : `its link runs another program (id ${progId})`;
}

function inspectPort(engine: EngineView, port: PortRecord): Finding[] {
  const subject = `${interfaceText(port.netns, port.name)} ${port.hook}`;
  const device = whileThere(port.netns, () => findInterface(port.name));
  if (device?.ifindex !== port.ifindex) {
    const what = device ? "is another interface of that name now" : "is gone";
    return [{ level: "warning", subject, message: `the interface ${what}`, fix: REFRESH }];
  }
  const reason = detached(engine, port);
  if (reason !== undefined)
    return [{ level: "problem", subject, message: `policies do not act here: ${reason}`, fix: REFRESH }];
  const native = port.attached === "xdp-generic" && whileThere(port.netns, () => hooksOf(device).native);
  if (!native) return [];
  const message = "XDP runs generic although the driver has it native: slower, after the packet was copied";
  const fix = inNamespace(port.netns, `emptcp delete ${port.sets.join(" ")}`);
  return [{ level: "note", subject, message, fix: `${fix}, then apply it with \`mode: native\`` }];
}

/** Interfaces that the policy sets name and that are not attached to. */
function waiting({ manifest }: EngineView): Finding[] {
  const attached = new Set(manifest.ports.map(portKey));
  return resolvePorts(manifest.sets)
    .filter((target) => !attached.has(portKey(target)))
    .map(({ netns, name, hook, sets }) => ({
      level: "warning",
      subject: `${interfaceText(netns, name)} ${hook}`,
      message: `the interface came after ${sets.join(", ")} was applied: policies do not act here yet`,
      fix: REFRESH,
    }));
}

/** Where what is attached differs from what the generation says. */
export const drift: Check = {
  name: "attachments",
  run({ engine }) {
    if (!engine || engine.manifest.number === 0) return [];
    const ports = engine.manifest.ports.filter((p) => p.attached !== "test");
    const found = [...ports.flatMap((port) => inspectPort(engine, port)), ...waiting(engine)];
    if (found.some((f) => f.level !== "note")) return found;
    return [
      {
        level: "ok",
        message:
          ports.length === 1
            ? "the port is attached as it should be"
            : `all ${ports.length} ports are attached as they should be`,
      },
      ...found,
    ];
  },
};
