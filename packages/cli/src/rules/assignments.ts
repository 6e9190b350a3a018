import type { Params } from "@emptcp/core";
import { parse } from "yaml";
import { UsageError } from "../usage-error.js";

/** `set-window.window=500` taken apart. */
export interface Assignment {
  /** Module of the step. */
  readonly step: string;
  /** Which one of several steps of that module, from 1. */
  readonly occurrence: number;
  readonly param: string;
  readonly value: Params[string];
}

/**
 * Reads `STEP.PARAM=VALUE`; the value as in policy files. `set-window#2.window=1` is the second such step.
 *
 * @throws UsageError
 */
export function readAssignment(text: string): Assignment {
  const match = /^((?:@[^/=]+\/)?[^.=#]+)(?:#([1-9]\d?))?\.([A-Za-z][\w-]*)=(.*)$/s.exec(text);
  const hint = "write STEP.PARAM=VALUE, for example set-window.window=500";
  if (!match) throw new UsageError(`read arguments: "${text}" sets no parameter`, hint);
  const [, step = "", occurrence = "1", param = "", given = ""] = match;
  let value: unknown;
  try {
    value = parse(given, { maxAliasCount: 0 });
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    throw new UsageError(`read arguments: the value of ${step}.${param}: ${reason}`, hint);
  }
  return { step, occurrence: Number(occurrence), param, value: (value ?? "") as Params[string] };
}

/** Parameters by module, as rules take them. @throws UsageError */
export function paramsOf(texts: readonly string[]): Record<string, Params> {
  const params: Record<string, Params> = {};
  for (const { step, param, value } of texts.map(readAssignment)) {
    params[step] = { ...params[step], [param]: value };
  }
  return params;
}
