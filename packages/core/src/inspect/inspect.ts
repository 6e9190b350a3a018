import { EmptcpError } from "../errors.js";
import { DEFAULT_PIN_DIR } from "../engine/pin-dir.js";
import { isSystemError, LibraryError } from "../libbpf/index.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { discoverModules } from "../module/discover.js";
import { checks } from "./checks/index.js";
import { viewEngine, type EngineView } from "./engine-view.js";
import type { Check, CheckedFinding, Finding, Machine } from "./types.js";

export interface InspectOptions {
  /** Directory where the engine keeps what runs; default /sys/fs/bpf/emptcp. */
  readonly pinDir?: string;
  /** Modules that are installed; default: those found from the working directory. */
  readonly modules?: ModuleCatalog;
  /** Network namespaces to look at besides that of the process and those that the engine is attached in. */
  readonly namespaces?: readonly string[];
  /** Called before each check. */
  readonly onProgress?: (check: string, done: number, total: number) => void;
}

/**
 * Looks at the machine: kernel, interfaces, what runs and what was left over. Changes nothing, disturbs no
 * packet, and needs no privileges; what it may not look at is a finding.
 */
export function inspectMachine(options: InspectOptions = {}): CheckedFinding[] {
  const { pinDir = DEFAULT_PIN_DIR, namespaces = [], onProgress } = options;
  let found = options.modules;
  const catalog = (): ModuleCatalog => (found ??= discoverModules());
  const view = viewOrFinding(pinDir, catalog);
  const engine = "findings" in view ? undefined : view;
  const named = (engine?.manifest.ports ?? []).flatMap((port) => port.netns ?? []);
  const machine: Machine = {
    pinDir,
    engine,
    catalog,
    namespaces: [undefined, ...new Set([...namespaces, ...named])],
  };
  const results = checks.map((check, i) => {
    onProgress?.(check.name, i, checks.length);
    return runCheck(check, machine);
  });
  const unread = "findings" in view ? view.findings : [];
  return [...results.flat(), ...unread.map((f) => ({ ...f, check: "engine" }))];
}

function runCheck(check: Check, machine: Machine): CheckedFinding[] {
  let findings: readonly Finding[];
  try {
    findings = check.run(machine);
  } catch (error) {
    findings = [unseen(error)];
  }
  return findings.map((finding) => ({ ...finding, check: check.name }));
}

/** What a check that failed says: it was not allowed to look, or what it looked at is broken. */
function unseen(error: unknown): Finding {
  const { code = "" } = error as { code?: string };
  const text = error instanceof Error ? error.message : String(error);
  if (["EPERM", "EACCES", "ERR_EMPTCP_CAPABILITY"].includes(code))
    return { level: "note", message: `not looked at: ${text}`, fix: "sudo emptcp doctor" };
  if (error instanceof EmptcpError) return { level: "problem", message: text, fix: error.hint };
  if (error instanceof LibraryError) return { level: "note", message: "not looked at: libbpf is missing" };
  const level = isSystemError(error) ? "warning" : "problem";
  return { level, message: `not looked at: ${text}`, fix: "emptcp report" };
}

function viewOrFinding(
  pinDir: string,
  catalog: () => ModuleCatalog,
): EngineView | { readonly findings: Finding[] } {
  try {
    return viewEngine(pinDir, catalog());
  } catch (error) {
    return { findings: [unseen(error)] };
  }
}
