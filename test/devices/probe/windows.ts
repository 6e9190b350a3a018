import { execFileSync } from "node:child_process";

/**
 * Windows that the sockets of a namespace have been granted by their peers, in the unit of the TCP header.
 *
 * @param side which address of a connection names it
 * @returns by that address
 */
export function windows(netns: string, port: number, side: "local" | "remote"): Map<string, number> {
  const filter = side === "local" ? `sport = :${port}` : `dport = :${port}`;
  const text = execFileSync("nsenter", [`--net=/run/netns/${netns}`, "ss", "-tinHO", filter], {
    encoding: "utf8",
  });
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, , , local = "", remote = ""] = line.split(/\s+/);
    const shift = /wscale:(\d+),/.exec(line)?.[1];
    const granted = /snd_wnd:(\d+)/.exec(line)?.[1];
    if (!line.startsWith("ESTAB") || granted === undefined) continue;
    const address = (side === "local" ? local : remote).replace(/:\d+$/, "").replace(/%[^:]*/, "");
    found.set(address.replace(/^\[?(::ffff:)?|\]$/g, ""), Number(granted) >>> Number(shift ?? 0));
  }
  return found;
}
