import { ModuleCatalog } from "../../src/module/catalog.js";
import { blankManifest } from "../../src/build/blank-manifest.js";
import type { InstalledModule, Manifest } from "../../src/module/types.js";

export { blankManifest as manifest };

export const ipPair = blankManifest({
  kind: "selector",
  module: "ip-pair",
  key: {
    v4: 8,
    v6: 32,
    ends: "address",
    fields: [
      { param: "src", kind: "prefix", end: "src", v4: [0, 4], v6: [0, 16] },
      { param: "dst", kind: "prefix", end: "dst", v4: [4, 4], v6: [16, 16] },
    ],
  },
});

export const port = blankManifest({
  kind: "selector",
  module: "port",
  key: {
    v4: 4,
    v6: 4,
    ends: "port",
    fields: [
      { param: "sport", kind: "ports", end: "src", v4: [0, 2], v6: [0, 2] },
      { param: "dport", kind: "ports", end: "dst", v4: [2, 2], v6: [2, 2] },
    ],
  },
});

export const subflow = blankManifest({
  kind: "selector",
  module: "subflow",
  key: {
    v4: 12,
    v6: 36,
    ends: "endpoint",
    fields: [
      { param: "src", kind: "prefix", end: "src", v4: [0, 4], v6: [0, 16] },
      { param: "dst", kind: "prefix", end: "dst", v4: [4, 4], v6: [16, 16] },
      { param: "sport", kind: "ports", end: "src", v4: [8, 2], v6: [32, 2] },
      { param: "dport", kind: "ports", end: "dst", v4: [10, 2], v6: [34, 2] },
    ],
  },
});

/** A key of its own that is an address. */
export const src = blankManifest({
  kind: "selector",
  module: "src",
  key: {
    v4: 4,
    v6: 16,
    ends: null,
    fields: [
      {
        param: "address",
        kind: "prefix",
        end: null,
        v4: [0, 4],
        v6: [0, 16],
        descriptor: { kind: "prefix", description: "address" },
      },
    ],
  },
});

export const dst = { ...src, name: "@emptcp/selector-dst", module: "dst", symbol: "dst" };

/** Hits always. */
export const any = blankManifest({
  kind: "selector",
  module: "any",
  key: { v4: 0, v6: 0, ends: null, fields: [] },
});

/** Hits or misses only. */
export const tcp = blankManifest({
  kind: "selector",
  module: "tcp",
  key: { v4: 0, v6: 0, ends: null, fields: [] },
});

/** A key of its own. */
export const token = blankManifest({
  kind: "selector",
  module: "token",
  key: {
    v4: 4,
    v6: 4,
    ends: null,
    fields: [
      {
        param: "token",
        kind: "list",
        end: null,
        v4: [0, 4],
        v6: [0, 4],
        descriptor: {
          kind: "list",
          description: "tokens",
          of: { kind: "u32", description: "token" },
          length: 4,
        },
      },
    ],
  },
});

export const setWindow = blankManifest({
  kind: "actor",
  module: "set-window",
  params: [{ name: "window", kind: "u16", description: "window", offset: 0, size: 2, min: 0, max: 65535 }],
  paramsSize: 2,
});

export const record = blankManifest({ kind: "actor", module: "record" });

export const installed = (m: Manifest): InstalledModule => ({ manifest: m, dir: `/modules/${m.module}` });

/** The selectors and actors that the tests of policies use. */
export const catalog = ModuleCatalog.of(
  [any, ipPair, port, subflow, src, dst, tcp, token, setWindow, record].map(installed),
);
