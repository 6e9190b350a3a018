import { commonArgs } from "../../common-args.js";
import { defineArgs } from "../../define.js";

/** Flags of every command that works on a testbed. */
export const labArgs = defineArgs({
  id: { type: "string", description: "Tells several testbeds apart: a-z and 0-9" },
  ...commonArgs,
});
