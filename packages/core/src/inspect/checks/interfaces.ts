import { driverOf, features, kernelAtLeast, listInterfaces, type InterfaceInfo } from "../../libbpf/index.js";
import { driverXdp } from "../drivers.js";
import { interfaceText, whileThere } from "../namespace.js";
import { xdpFeatures } from "../netlink/netdev.js";
import type { Check, Finding } from "../types.js";

/** Which hooks work on an interface of the present namespace, and how that is known. */
export function hooksOf({ name, ifindex }: InterfaceInfo): {
  readonly driver: string | undefined;
  readonly native: boolean;
  readonly frags: boolean;
  readonly source: string;
} {
  const driver = driverOf(name);
  const told = xdpFeatures(ifindex);
  if (told) return { driver, native: told.native, frags: told.frags, source: "the driver says so (netdev)" };
  return { driver, ...driverXdp(driver, kernelAtLeast), source: "inferred from the driver's name" };
}

/** By trying where this process may, else by the kernel's version. */
function hasTcx(): boolean {
  try {
    return features.tcx.supported();
  } catch {
    return kernelAtLeast(features.tcx.since);
  }
}

function describe(device: InterfaceInfo, netns: string | undefined): Finding {
  const { driver, native, frags, source } = hooksOf(device);
  const xdp = native ? `XDP native${frags ? " with frags" : " without frags"}` : "XDP generic only";
  const tc = hasTcx() ? "tcx" : "clsact";
  const kind = `${driver ?? "no driver name"}${device.layer3 ? ", no Ethernet header" : ""}`;
  const message = `${xdp}, TC by ${tc} (${kind})`;
  return { level: "ok", subject: interfaceText(netns, device.name), message, source };
}

export const interfaces: Check = {
  name: "interfaces",
  run({ namespaces }) {
    return namespaces.flatMap((netns) => {
      const found = whileThere(netns, () =>
        listInterfaces()
          .filter((i) => i.name !== "lo")
          .map((i) => describe(i, netns)),
      );
      return found ?? [];
    });
  },
};
