import type { Engine, ModuleCatalog } from "@emptcp/core";

/** What parts are made from. */
export interface ReportContext {
  readonly pinDir: string;
  readonly engine: Engine;
  readonly modules: ModuleCatalog;
  /** Network namespaces that the engine is attached in; undefined is that of the process. */
  readonly namespaces: readonly (string | undefined)[];
}

/** One file of a report. Its text goes through the redaction (redact.ts); no part may read contents of maps. */
export interface Part {
  /** File name in the archive. */
  readonly name: string;
  /** What is in it, for whoever is about to send it. */
  readonly about: string;
  /** Text, or a value that becomes JSON. @throws what stood in the way; the report tells it */
  collect(context: ReportContext): unknown;
}

/** A file that is ready to be packed. */
export interface PackedFile {
  readonly name: string;
  readonly about: string;
  readonly content: Buffer;
}
