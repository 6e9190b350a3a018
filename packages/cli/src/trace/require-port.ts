import type { Engine } from "@emptcp/core";
import { UsageError } from "../usage-error.js";
import { interfaceName } from "./describe.js";

const SHOWN = 8;

/** Refuses an interface and hook at which no policy acts: nothing would ever be traced. @throws UsageError */
export function requirePort(engine: Engine, name: string | undefined, hook: string | undefined): void {
  const { ports } = engine.current();
  const isMeant = ports.some(
    (port) =>
      (hook === undefined || hook === port.hook) &&
      (name === undefined || name === port.name || name === interfaceName(port)),
  );
  if (isMeant) return;
  const known = ports.map((port) => `${port.hook} ${interfaceName(port)}`);
  const where = [
    ...(hook === undefined ? [] : [hook]),
    ...(name === undefined ? [] : [`interface "${name}"`]),
  ];
  throw new UsageError(
    `trace at ${where.join(", ")}: no policy acts there`,
    `policies act at ${known.slice(0, SHOWN).join(", ")}${known.length > SHOWN ? ", …" : ""}`,
  );
}
