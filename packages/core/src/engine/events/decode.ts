import { decodeValue } from "../../values/index.js";
import type { EventPlace, EventSources } from "./sources.js";
import { LOG_KIND, readRecord, type EventRecord } from "./record.js";
import type { EngineEvent } from "./types.js";
import type { EmitterRecord } from "../emitters.js";

const LOG_TYPE = { kind: "text" } as const;

/** Reads a record by the description of the module that wrote it. @returns what is wrong with it, else the event */
export function decodeEvent(bytes: Buffer, sources: EventSources): EngineEvent | string {
  const record = readRecord(bytes);
  if (!record) return `it has ${bytes.length} bytes, not as many as it says`;
  const emitter = sources.emitter(record.module);
  if (!emitter) return `module number ${record.module} is not known`;
  const { module, package: name, version } = emitter;
  const told = record.kind === LOG_KIND ? decodeLog(record) : decodePayload(record, emitter);
  if (typeof told === "string") return told;
  const place: EventPlace | undefined = sources.place(record, emitter);
  return { time: record.time, module, package: name, version, event: told.event, ...place, data: told.data };
}

type Told = Pick<EngineEvent, "event" | "data">;

function decodeLog({ payload }: EventRecord): Told {
  return { event: "log", data: { text: decodeValue({ ...LOG_TYPE, size: payload.length }, payload) } };
}

function decodePayload({ kind, version, payload }: EventRecord, emitter: EmitterRecord): Told | string {
  const who = `${emitter.module} ${emitter.version}`;
  const event = emitter.events.find((e) => e.kind === kind);
  if (!event) return `event ${kind} is not in the manifest of ${who}`;
  if (event.version !== version)
    return `event ${event.name} has layout ${version}, the manifest of ${who} describes ${event.version}`;
  if (payload.length < event.size)
    return `event ${event.name} of ${who} has ${payload.length} bytes, not ${event.size}`;
  const { fields, size } = event;
  const data = decodeValue({ kind: "struct", name: event.name, size, fields }, payload);
  return { event: event.name, data: data as EngineEvent["data"] };
}
