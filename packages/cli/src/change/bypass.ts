import { printJson } from "../json.js";
import { changeEngine, type Place } from "./open.js";

/** Switches the bypass and says so. */
export async function switchBypass(place: Place, on: boolean, json: boolean): Promise<void> {
  await changeEngine(place, async (engine) => {
    const before = await engine.bypass(on);
    if (json) return printJson({ bypass: on, before });
    const text = on ? "bypass is on: every packet passes" : "bypass is off: policies are in effect";
    process.stdout.write(`${text}${before === on ? " (as before)" : ""}\n`);
  });
}
