import { readFileSync } from "node:fs";

/** CLOCK_BOOTTIME in nanoseconds, with the resolution of /proc/uptime (10 ms); what rules' expiry is measured by. */
export function bootTimeNs(): bigint {
  const seconds = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  return BigInt(Math.round(seconds * 1e9));
}
