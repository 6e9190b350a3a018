import { engineArgs } from "../common-args.js";
import { argTexts } from "../help/describe.js";
import type { CommandBranch } from "../command-tree.js";
import { exitStatus, header, pageName, type PageContext } from "./page.js";
import { request, roffLiteral, roffText } from "./roff.js";

const variables: Readonly<Record<string, string>> = {
  EMPTCP_PIN_DIR: "Directory on a BPF file system where the engine lives, where --pin-dir does not say it.",
  EMPTCP_STATE_DIR: "Directory for the history of changes, /var/lib/emptcp otherwise.",
  NO_COLOR: "No colours on the terminal when it is set to anything.",
};

/** The manual page of emptcp itself. */
export function overviewPage(branches: readonly CommandBranch[], context: PageContext): string {
  const commands = branches.flatMap(({ title, nodes }) => [
    request("SS", title),
    ...nodes.flatMap(({ command: { meta } }) => [
      ".TP",
      `\\fB${roffLiteral(pageName(meta.name))}\\fR(1)`,
      `${roffText(meta.summary)}.`,
    ]),
  ]);
  const { globals } = argTexts(engineArgs);
  return [
    header("emptcp", context),
    request("SH", "NAME"),
    "emptcp \\- eBPF modules for Multipath TCP, chained and swapped under traffic",
    request("SH", "SYNOPSIS"),
    "\\fBemptcp\\fR [\\fIFLAGS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
    request("SH", "DESCRIPTION"),
    roffText(
      "A policy says: packets that match these selectors go through this chain of actors. `emptcp` puts policies into effect, " +
        "shows what they do, and takes them out again, without a packet that sees half of a change. No daemon runs: what is in " +
        "the kernel describes itself.",
    ),
    request("SH", "COMMANDS"),
    ...commands,
    request("SH", "OPTIONS"),
    "They stand before or after the command.",
    ...globals.flatMap(({ term, text }) => [".TP", `\\fB${roffLiteral(term)}\\fR`, `${roffText(text)}.`]),
    request("SH", "ENVIRONMENT"),
    ...Object.entries(variables).flatMap(([name, text]) => [".TP", `\\fB${name}\\fR`, roffText(text)]),
    request("SH", "EXIT STATUS"),
    ...exitStatus(),
    request("SH", "FILES"),
    ".TP",
    "\\fI/sys/fs/bpf/emptcp\\fR",
    "What runs: programs, maps and manifests.",
    request("SH", "SEE ALSO"),
    "\\fBmptcp\\fR(8),\n\\fBbpf\\fR(2),\n\\fBtc\\fR(8),\n\\fBcapabilities\\fR(7)",
    "",
  ].join("\n");
}
