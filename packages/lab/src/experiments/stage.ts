import { randomBytes } from "node:crypto";
import {
  discoverModules,
  openEngine,
  policySet,
  type CommitOptions,
  type Engine,
  type Policy,
  type PolicySetOptions,
} from "@emptcp/core";
import { packageDirectory } from "../package-file.js";
import { openLab, type Lab, type OpenOptions } from "../testbed/lab.js";
import type { LabSpec } from "../testbed/spec.js";
import { startWebServer, type WebServer } from "../traffic/web.js";

/** A testbed with a web server and an engine of its own, whose pins go with the testbed. */
export interface Stage {
  readonly lab: Lab;
  readonly web: WebServer;
  readonly engine: Engine;
  /** Of the engine. */
  readonly pinDir: string;
  /** Applies a policy set under the one name that the stage uses. */
  apply(attach: Attach, policies: readonly Policy[], options?: CommitOptions): Promise<void>;
  /** Removes that policy set, if there is one. */
  clear(): Promise<void>;
  /** Takes everything down. */
  close(): void;
}

/** Where a policy set is attached. */
export type Attach = PolicySetOptions["attach"];

/** Name of the set; also the only thing in the engine's pin directory. */
const SET = "stage";

/**
 * Opens a stage. It goes when `close` is called or this process ends.
 * @throws LabError as openLab does
 */
export async function openStage(spec: LabSpec = {}, options: OpenOptions = {}): Promise<Stage> {
  const lab = await openLab(spec, options);
  try {
    const pinDir = `/sys/fs/bpf/emptcp-stage-${lab.id}-${randomBytes(2).toString("hex")}`;
    lab.ownDirectory(pinDir);
    options.onStep?.("web server");
    const web = await startWebServer(lab.server);
    const modules = discoverModules({ from: [packageDirectory()] });
    const engine = await openEngine({ pinDir, modules, stateDir: false });
    return {
      lab,
      web,
      engine,
      pinDir,
      apply: async (attach, policies, commit) => {
        await engine.apply(policySet(SET, { attach, policies }), commit);
      },
      clear: async () => {
        if (engine.list().some((set) => set.name === SET)) await engine.delete(SET);
      },
      close: () => {
        engine.close();
        lab.close();
      },
    };
  } catch (error) {
    lab.close();
    throw error;
  }
}
