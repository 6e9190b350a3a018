import { describe, expect, it } from "vitest";
import { manifest, record, setWindow } from "../../test/support/modules.js";
import { checkPolicySets } from "../policy/check.js";
import { policy, policySet } from "../policy/build.js";
import { ModuleCatalog } from "./catalog.js";
import type { Manifest } from "./types.js";

const catalogOf = (...manifests: Manifest[]): ModuleCatalog =>
  ModuleCatalog.of(manifests.map((m) => ({ manifest: m, dir: `/modules/${m.name}` })));
const slow = { ...setWindow, aliases: ["set_recv_win", "record"] };

describe("aliases", () => {
  it("name a module where no module has that name", () => {
    const catalog = catalogOf(slow, record);
    expect(catalog.get("set_recv_win")?.manifest.module).toBe("set-window");
    expect(catalog.get("record")?.manifest.module).toBe("record");
    expect(
      catalog.withPreferences({ set_recv_win: "@emptcp/actor-record" }).get("set_recv_win")?.manifest.module,
    ).toBe("record");
  });

  it("of two packages need a choice", () => {
    const other = manifest({ kind: "actor", module: "other", aliases: ["set_recv_win"] });
    expect(() => catalogOf(slow, other).get("set_recv_win")).toThrow(
      expect.objectContaining({ code: "ERR_EMPTCP_MODULE_CLASH" }),
    );
  });

  it("are told what they are called now, and are suggested", () => {
    const set = (module: string) =>
      policySet("s", {
        attach: { xdp: ["eth0"] },
        policies: [
          policy("a", {
            when: { kind: "match", module: "record", params: {} },
            chain: [{ kind: "step", module, params: { window: 1 } }],
          }),
        ],
      });
    const kinds = catalogOf(
      slow,
      manifest({ kind: "selector", module: "record", key: { v4: 0, v6: 0, ends: null, fields: [] } }),
    );
    expect(checkPolicySets([set("set_recv_win")], kinds)).toMatchObject([
      {
        code: "ERR_EMPTCP_OLD_NAME",
        severity: "warning",
        path: "policies[0].chain[0]",
        message: 'use module "set_recv_win": it is called set-window now',
      },
    ]);
    expect(checkPolicySets([set("set_rcv_win")], kinds)).toMatchObject([
      {
        code: "ERR_EMPTCP_UNKNOWN_MODULE",
        hint: expect.stringContaining('did you mean "set_recv_win"?') as unknown,
      },
    ]);
  });
});
