import type { Types } from "@emptcp/actor-record/types";
import type { EngineEvent, EventStream, ModuleHandle, TypedMap, Value } from "@emptcp/core";
import { expectTypeOf, it } from "vitest";

/** A module with events; what `dist/types.d.ts` of one looks like. */
interface Talking {
  readonly maps: { readonly table: { readonly key: number; readonly value: readonly bigint[] } };
  readonly events: {
    readonly joined: { readonly token: number };
    readonly left: { readonly why: "FIN" | number };
  };
}

declare const record: ModuleHandle<Types>;
declare const talking: ModuleHandle<Talking>;
declare const unknown: ModuleHandle;

it("maps of a module have the types of its package", () => {
  const check = (): void => {
    const flows = record.map("flows");
    expectTypeOf(flows.get).parameter(0).toEqualTypeOf<{
      readonly src: string;
      readonly dst: string;
      readonly sport: number;
      readonly dport: number;
    }>();
    for (const [key, value] of record.map("record_flows")) {
      expectTypeOf(key.sport).toBeNumber();
      expectTypeOf(value.packets).toBeBigInt();
    }
    // @ts-expect-error a port is a number
    flows.get({ src: "10.0.0.1", dst: "10.0.0.2", sport: "80", dport: 80 });
    expectTypeOf(unknown.map("anything")).toEqualTypeOf<TypedMap<Value, Value>>();
    expectTypeOf(talking.map("table").get(1)).toEqualTypeOf<readonly bigint[] | undefined>();
  };
  expectTypeOf(check).toBeFunction();
});

it("events are told apart by their names", () => {
  const check = async (): Promise<void> => {
    for await (const event of talking.events()) {
      if (event.event === "joined") expectTypeOf(event.data.token).toBeNumber();
      else expectTypeOf(event.data.why).toEqualTypeOf<"FIN" | number>();
    }
  };
  expectTypeOf(check).toBeFunction();
  expectTypeOf<EventStream>().toExtend<AsyncIterable<EngineEvent>>();
});
