import { defineArgs } from "../define.js";

/** The policy that rules belong to. */
export const policyArg = defineArgs({
  policy: {
    type: "positional",
    description: "SET/POLICY, or the name of a policy that only one set has",
    complete: "policy",
  },
});
