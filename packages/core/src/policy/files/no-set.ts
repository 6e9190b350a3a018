import { problem, type Problem } from "../../errors.js";

/** The problem of a text without a policy set. @param file its name, for messages */
export function noPolicySet(file: string, text: string): Problem {
  const place = { file, line: 1, column: 1, length: 1, text: text.split("\n")[0] ?? "" };
  return { ...problem("ERR_EMPTCP_POLICY_FILE", "", { file, reason: "it holds no policy set" }), place };
}
