import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestFile } from "./cpio.js";
import { unpackedPackage } from "./packages.js";

const RULES = ["50-udev-default", "75-net-description", "80-net-setup-link"];

/** udev of Debian, as far as network interfaces need it; the machine that runs the tests may have none. */
export function udevFiles(): Record<string, GuestFile> {
  const tree = unpackedPackage("udev");
  const read = (path: string): Buffer => readFileSync(join(tree, path));
  const units = readdirSync(join(tree, "lib/systemd/system")).filter((name) =>
    /^systemd-udev(d(-control|-kernel)?|-trigger)\.(service|socket)$/.test(name),
  );
  return {
    "usr/bin/udevadm": { content: read("bin/udevadm"), mode: 0o755 },
    "usr/lib/systemd/systemd-udevd": { link: "/usr/bin/udevadm" },
    ...Object.fromEntries(
      units.map((name) => [
        `usr/lib/systemd/system/${name}`,
        { content: read(`lib/systemd/system/${name}`) },
      ]),
    ),
    ...Object.fromEntries(
      RULES.map((name) => [
        `usr/lib/udev/rules.d/${name}.rules`,
        { content: read(`lib/udev/rules.d/${name}.rules`) },
      ]),
    ),
  };
}

/**
 * A system that brings its network up with systemd-networkd and udev, and then runs the guest's script.
 * Its target is `guest.target`.
 *
 * @param wants units that are started with it
 */
export function networkedSystem(wants: readonly string[]): Record<string, GuestFile> {
  const units = "etc/systemd/system";
  const unit = (name: string, lines: readonly string[]): [string, GuestFile] => [
    `${units}/${name}`,
    { content: `${lines.join("\n")}\n` },
  ];
  return {
    ...udevFiles(),
    "etc/machine-id": { content: `${"0123456789abcdef".repeat(2)}\n` },
    "etc/fstab": { content: "" },
    // Emptying the /tmp of the host's files would take long, and this directory may be in it.
    "etc/tmpfiles.d/tmp.conf": { link: "/dev/null" },
    "etc/systemd/network/guest.network": { content: "[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n" },
    [`${units}/network-online.target.wants/systemd-networkd-wait-online.service`]: {
      link: "/lib/systemd/system/systemd-networkd-wait-online.service",
    },
    ...Object.fromEntries([
      unit("guest.target", [
        "[Unit]",
        "Requires=basic.target",
        "After=basic.target",
        `Wants=guest.service systemd-networkd.service systemd-udevd.service systemd-udev-trigger.service ${wants.join(" ")}`,
      ]),
      unit("guest.service", [
        "[Unit]",
        "After=network-online.target basic.target",
        "Wants=network-online.target",
        "[Service]",
        "Type=oneshot",
        "ExecStart=/bin/bash /guest/run",
      ]),
    ]),
  };
}
