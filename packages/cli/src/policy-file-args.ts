import { defineArgs } from "./define.js";

/** Arguments of commands that read policy files. */
export const policyFileArgs = defineArgs({
  files: {
    type: "positional",
    description: "Policy files, YAML or JSON; - reads standard input",
    valueHint: "file",
    complete: "file",
    variadic: true,
  },
  var: {
    type: "string",
    description: "Value of a variable of the files, `name=value`; stronger than theirs",
    valueHint: "name=value",
    multiple: true,
  },
});
