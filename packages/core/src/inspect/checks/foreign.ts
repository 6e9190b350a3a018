import {
  BpfProgram,
  features,
  isSystemError,
  listInterfaces,
  queryXdp,
  tcxQuery,
} from "../../libbpf/index.js";
import type { InterfaceInfo } from "../../libbpf/index.js";
import { inNamespace, interfaceText, whileThere } from "../namespace.js";
import { clsactFilters } from "../netlink/filters.js";
import type { Check, Finding, Machine } from "../types.js";
import { isOwnFilter } from "../own.js";

const DIRECTIONS = ["ingress", "egress"] as const;
const DISPATCHER = "xdp_dispatcher";

function programName(id: number): string {
  try {
    using program = BpfProgram.fromId(id);
    return program.info().name;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EPERM", "EACCES")) return "";
    throw error;
  }
}

const called = (name: string, id: number): string => `${name === "" ? "" : `"${name}" `}(id ${id})`;

function foreignXdp(device: InterfaceInfo, netns: string | undefined, own: ReadonlySet<number>): Finding[] {
  const found = queryXdp(device.ifindex);
  if (!found || own.has(found.id)) return [];
  const subject = interfaceText(netns, device.name);
  const name = programName(found.id);
  if (name === DISPATCHER) {
    const message = `libxdp's dispatcher ${called(name, found.id)} has XDP, ${found.mode}; eMPTCP cannot join it: use TC there`;
    return [
      { level: "note", subject, message, fix: inNamespace(netns, `xdp-loader unload ${device.name} --all`) },
    ];
  }
  const message = `the XDP program ${called(name, found.id)} of somebody else is there, ${found.mode}`;
  const off = { native: "xdpdrv", generic: "xdpgeneric", offload: "xdpoffload" }[found.mode];
  const fix = inNamespace(netns, `ip link set dev ${device.name} ${off} off`);
  return [{ level: "note", subject, message, fix }];
}

function foreignTcx(device: InterfaceInfo, netns: string | undefined, own: ReadonlySet<number>): Finding[] {
  if (features.tcx.reason() !== undefined) return [];
  return DIRECTIONS.flatMap((direction) =>
    tcxQuery(device.ifindex, direction)
      .programs.filter(({ progId }) => !own.has(progId))
      .map(({ progId, linkId }): Finding => {
        const link = linkId === 0 ? "" : `, link ${linkId}`;
        const message = `the tcx program ${called(programName(progId), progId)}${link} of somebody else runs on ${direction}; both do their work`;
        return { level: "note", subject: interfaceText(netns, device.name), message };
      }),
  );
}

function foreignClsact(
  device: InterfaceInfo,
  netns: string | undefined,
  own: ReadonlySet<number>,
): Finding[] {
  return clsactFilters(device.ifindex)
    .filter((filter) => !own.has(filter.progId) && !isOwnFilter(filter))
    .map(({ direction, progId, name, priority }): Finding => {
      const first = "it runs first, and what it accepts passes by a clsact filter of eMPTCP's";
      const message = `the clsact filter ${called(name || programName(progId), progId)} of somebody else is on ${direction} at preference ${priority}; ${first}`;
      return { level: "note", subject: interfaceText(netns, device.name), message };
    });
}

/** Programs that are not the engine's, on any interface. */
export const foreign: Check = {
  name: "foreign programs",
  run({ namespaces, engine }: Machine) {
    const own = new Set(engine?.roots.values());
    const found = namespaces.flatMap(
      (netns) =>
        whileThere(netns, () =>
          listInterfaces().flatMap((device) => [
            ...foreignXdp(device, netns, own),
            ...foreignTcx(device, netns, own),
            ...foreignClsact(device, netns, own),
          ]),
        ) ?? [],
    );
    return found.length > 0 ? found : [{ level: "ok", message: "none on XDP, tcx and clsact" }];
  },
};
