import { dataNotes } from "./errors-data.js";
import type { ErrorCode } from "./errors-table.js";

/** What docs/errors.md says about a code besides its message: sentences of Markdown. */
export interface ErrorNote {
  readonly cause: string;
  readonly wayOut: string;
}

/** Cause and way out of every code; a code without them does not compile. */
export const errorNotes: Readonly<Record<ErrorCode, ErrorNote>> = {
  ...dataNotes,
  ERR_EMPTCP_UNKNOWN_MODULE: {
    cause:
      "A chain or condition names a module that no installed package provides, or the package is there but its manifest cannot be used.",
    wayOut:
      "Install the package with npm, in the directory where the command runs or globally, or correct the name.",
  },
  ERR_EMPTCP_OLD_NAME: {
    cause:
      "A warning: a policy calls a module by an alias of its manifest, a name from before or from another system.",
    wayOut: "Write the name of today; docs/from-emptcp.md has those of the original eMPTCP side by side.",
  },
  ERR_EMPTCP_MODULE_CLASH: {
    cause: "Two different packages provide a module of this name, and nothing says which one is meant.",
    wayOut:
      'Name the package in the policy set, `modules: { record: "@acme/actor-record" }`, or remove one of the packages.',
  },
  ERR_EMPTCP_MODULE_KIND: {
    cause: "A selector stands in a chain, or an actor in a condition.",
    wayOut: "Put actors into `chain` and selectors into `when`.",
  },
  ERR_EMPTCP_MANIFEST: {
    cause:
      "A manifest cannot be read or breaks the rules: not JSON, unknown keys, control characters, parameters that overlap, file names that lead elsewhere, or a name and version that differ from package.json.",
    wayOut: "Reinstall the package. If it is your own, rebuild it with `emptcp build`.",
  },
  ERR_EMPTCP_OBJECT_MISSING: {
    cause: "The manifest names an object file that is not in the package or cannot be read.",
    wayOut: "Reinstall the package, or rebuild it with `emptcp build`.",
  },
  ERR_EMPTCP_DIGEST: {
    cause:
      "The object file is not the one that the manifest was written for: its sha256 differs. It was changed or damaged after the build.",
    wayOut: "Reinstall the package. Do not load the file otherwise.",
  },
  ERR_EMPTCP_ABI: {
    cause:
      "The object was built for another version of the interface between modules and core than this core speaks.",
    wayOut: "Update the package, or install an `@emptcp/core` that speaks its abi. The message names both.",
  },
  ERR_EMPTCP_CORE_RANGE: {
    cause: "The package asks for a range of `@emptcp/core` versions that this one is not in.",
    wayOut: "Update the package, or install a core within the range.",
  },
  ERR_EMPTCP_HOOK_UNSUPPORTED: {
    cause: "The policy set is attached to a hook that one of its modules does not run on.",
    wayOut: "Attach the set elsewhere, or move the policy into a set of its own.",
  },
  ERR_EMPTCP_UNKNOWN_PARAM: {
    cause: "A step or a match has a parameter that the module does not know, often a misspelt one.",
    wayOut: "Correct the name; the hint lists those that exist.",
  },
  ERR_EMPTCP_MISSING_PARAM: {
    cause: "A parameter without a default was left out.",
    wayOut: "Give it; the hint says what is accepted.",
  },
  ERR_EMPTCP_PARAM: {
    cause:
      'A parameter has the wrong type, lies outside its bounds, or is not written in a way that can be read without guessing ("20Mbps" is refused, since tools disagree on its meaning).',
    wayOut:
      "Write it as the message says; the README of the module describes every parameter, and so does the schema that `emptcp schema` prints.",
  },
  ERR_EMPTCP_POLICY: {
    cause: "The policy sets have problems; all of them are listed. Nothing was changed.",
    wayOut: "Correct them and apply again.",
  },
  ERR_EMPTCP_POLICY_FILE: {
    cause: "The file is not there, cannot be read, is no text, is too large, or holds no policy set.",
    wayOut: "Check the name and what the file holds.",
  },
  ERR_EMPTCP_OUTPUT_FILE: {
    cause: "A file that a command was asked to write, such as a capture, cannot be made or the disk is full.",
    wayOut: "Check the directory, its permissions and the space that is left, or name another file.",
  },
  ERR_EMPTCP_YAML: {
    cause:
      "The file is neither YAML nor JSON: a tab as indentation, a key that is there twice, a bracket that is not closed.",
    wayOut: "Correct the file at the place that is shown.",
  },
  ERR_EMPTCP_FORMAT: {
    cause: "`emptcp fmt` compared what it would write with what was there, and something was missing.",
    wayOut: "Move comments to lines of their own, above what they are about. The file was not changed.",
  },
  ERR_EMPTCP_INCLUDE: {
    cause:
      "A file that is included is not there, lies outside of the directory of the file on the command line (also by symbolic links), includes itself, or is one too many.",
    wayOut: "Put it in that directory or below it, and name it from the file that includes it.",
  },
  ERR_EMPTCP_VARIABLE: {
    cause:
      "A variable has a name or a value that cannot be used, is defined twice, or is given with `--var` and used nowhere.",
    wayOut: "Variables are texts, numbers, true, false, and lists of these; they do not use one another.",
  },
  ERR_EMPTCP_UNKNOWN_VARIABLE: {
    cause: "A text holds `${name}`, and neither `vars:` nor `--var` defines that name.",
    wayOut: "Define it. A text that shall hold `${` itself is written with `$${`.",
  },
  ERR_EMPTCP_MALFORMED: {
    cause:
      "Something has the wrong shape: a key that does not exist, a word where a list belongs, two modules in one item.",
    wayOut: "Write what the message expects; the guide shows a complete policy set.",
  },
  ERR_EMPTCP_NAME: {
    cause: "A policy or set has a name that would not be safe in paths, tables and messages.",
    wayOut: "Use lower-case letters, digits and `-`, `.` or `_`, at most 63 of them.",
  },
  ERR_EMPTCP_DUPLICATE_NAME: {
    cause: "Two policies of a set, or two sets, have the same name.",
    wayOut: "Rename one; names are how counters and rules are found again after an upgrade.",
  },
  ERR_EMPTCP_CHAIN_LENGTH: {
    cause:
      "The chain has more steps than the kernel's limit of 33 tail calls for each packet leaves room for.",
    wayOut: "Split the policy in two, the first with `continue: true`.",
  },
  ERR_EMPTCP_CHAIN_PARAMS: {
    cause: "The parameters of all steps together do not fit into one row of 1024 bytes.",
    wayOut: "Split the policy in two, the first with `continue: true`.",
  },
  ERR_EMPTCP_CONDITION_SIZE: {
    cause:
      "Written as alternatives of exact keys, the condition becomes too large, usually by wide port ranges at both ends or long lists that are combined with `all`.",
    wayOut: "Use prefixes and ranges, split the policy, or load the pairs as rules.",
  },
  ERR_EMPTCP_NEVER_MATCHES: {
    cause: "No packet can match the condition, e.g. `all` of two different ports, or an `any` without parts.",
    wayOut: "Use `any` where one of several is meant.",
  },
  ERR_EMPTCP_UNREACHABLE: {
    cause:
      "A warning: every packet that the policy matches goes to one of higher rank that does not continue.",
    wayOut: "Raise the priority of the narrower policy, or give the wider one `continue: true`.",
  },
  ERR_EMPTCP_PARAM_USE: {
    cause:
      "Each parameter is valid, but the module cannot do this on a hook of the set, or it would break connections and is done only when forced.",
    wayOut: "Do what the hint says: another hook, other parameters, or `force: true` where that is meant.",
  },
  ERR_EMPTCP_FIELD_ORDER: {
    cause: "A step reads a field that no earlier step of its chain writes, or writes with another size.",
    wayOut: "Put a step that provides the field before it; the hint names modules that do.",
  },
  ERR_EMPTCP_FIELD_SPACE: {
    cause: "The steps hand on more bytes of fields than the chain state has room for.",
    wayOut: "Leave out one of the steps that provide fields, or split the policy.",
  },
  ERR_EMPTCP_SESSION: {
    cause:
      "A warning: the policy matches the ssh session in which the command is typed, and its chain may drop, redirect or change packets.",
    wayOut:
      "Apply with `--confirm 30s`: when the session is gone, the old policies come back by themselves. Or exclude the session with `not:`.",
  },
  ERR_EMPTCP_NOT_LOCAL: {
    cause: "`local` is an address that no interface of the host has, so the match could never fit.",
    wayOut:
      "On a box in the middle say `src` and `dst`, or `between`. At the end host add the address first.",
  },
  ERR_EMPTCP_UNKNOWN_SET: {
    cause: "No policy set of this name runs here.",
    wayOut: "`emptcp list` shows the sets that run; check the pin directory if it is empty.",
  },
  ERR_EMPTCP_UNKNOWN_POLICY: {
    cause:
      "The set, or any set that runs, has no policy of this name; or several sets have one and none was named.",
    wayOut: "`emptcp show SET` lists the policies of a set, `emptcp stats` those of all; name it SET/POLICY.",
  },
  ERR_EMPTCP_UNKNOWN_RULE: {
    cause: "The rule was removed or has expired.",
    wayOut: "List the rules of the policy; add it again if it is still wanted.",
  },
  ERR_EMPTCP_TOO_MANY_TABLES: {
    cause:
      "The policies of one interface need more tables than an entry looks into. Each combination of selectors, prefix lengths and families is one table; each block of a port range with a size of its own is another.",
    wayOut:
      "Use prefixes of the same lengths, align port ranges to powers of two, or attach fewer sets to the interface.",
  },
  ERR_EMPTCP_TOO_MANY_SELECTORS: {
    cause: "The policies of one interface use more different selectors than an entry runs.",
    wayOut: "Use fewer kinds of selectors, or attach fewer sets to the interface.",
  },
  ERR_EMPTCP_TOO_MANY_NEGATIONS: {
    cause:
      "One alternative of the condition forbids more matches than a rule can carry, or the engine has no room for another combination of them.",
    wayOut: "Put the packets to leave out into a policy of higher priority with an empty chain.",
  },
  ERR_EMPTCP_KEY_SIZE: {
    cause: "The keys of the selectors that are used together are longer than a table's key can be.",
    wayOut: "Use fewer selectors together, or ones with shorter keys.",
  },
  ERR_EMPTCP_TOO_MANY_POLICIES: {
    cause: "The engine has no room for another policy.",
    wayOut: "Policies that differ in addresses or ports only can be one policy with many rules.",
  },
  ERR_EMPTCP_TOO_MANY_GROUPS: {
    cause: "There are too many different combinations of policy sets on interfaces.",
    wayOut: "Attach the same sets to more of the interfaces.",
  },
  ERR_EMPTCP_TOO_MANY_PORTS: {
    cause: "The patterns mean more interfaces than an engine can be attached to.",
    wayOut: "Narrow the patterns.",
  },
  ERR_EMPTCP_TOO_MANY_STEPS: {
    cause: "The chains need more different step programs than a prog array holds.",
    wayOut:
      "Use the same modules in the same order more often; chains with a common ending share its programs.",
  },
  ERR_EMPTCP_TABLE_FULL: {
    cause: "The table of rules is full.",
    wayOut: "Give the policy a larger `capacity` and apply, or remove rules.",
  },
  ERR_EMPTCP_ROWS_FULL: {
    cause: "No room is left for another set of parameters of this size.",
    wayOut: "Use fewer policies and fewer rules with parameters of their own.",
  },
  ERR_EMPTCP_UNKNOWN_INTERFACE: {
    cause: "There is no interface of this name in the namespace.",
    wayOut: "Correct the name; a pattern with `*` may match nothing without being an error.",
  },
  ERR_EMPTCP_RULES_NOT_CARRIED: {
    cause:
      "A warning: a policy set was attached to a hook of the other direction, or has rules with `not`. Rules that were added by hand are kept as keys, and what `local` and `remote` mean there cannot be told from them.",
    wayOut:
      "Load these rules again with `emptcp rule load`; a rule that is there already is replaced, not doubled.",
  },
  ERR_EMPTCP_UNKNOWN_STEP: {
    cause: "`param set` names a step that the policy's chain does not have.",
    wayOut: "Use the module name of one of its steps; where a module occurs twice, `module#2` is the second.",
  },
  ERR_EMPTCP_UNCONFIRMED: {
    cause:
      "A generation was applied with `--confirm` and is neither confirmed nor rolled back yet. Another change of policy sets would make it unclear what a rollback brings back.",
    wayOut:
      "Run `emptcp confirm` or `emptcp rollback`, or wait until its time is over. When the message says that the watchdog is gone, nothing happens by itself.",
  },
  ERR_EMPTCP_NOT_CONFIRMED: {
    cause:
      "`apply --confirm` waited on a terminal and nobody confirmed in time, so the old policy sets were brought back.",
    wayOut: "See whether the policy cut your own connection, then apply again and confirm within the time.",
  },
  ERR_EMPTCP_NOTHING_TO_CONFIRM: {
    cause:
      "No generation waits to be confirmed: it was confirmed, rolled back, or applied without `--confirm`.",
    wayOut: "`emptcp history` shows what became of it.",
  },
  ERR_EMPTCP_WATCHDOG: {
    cause:
      "The process that would bring the old policy sets back could not be started, so nothing was applied.",
    wayOut: "Look at the reason; memory and process limits are the usual ones.",
  },
  ERR_EMPTCP_NO_HISTORY: {
    cause: "The journal in the state directory cannot be read, or none is kept.",
    wayOut:
      "Check the state directory (`--state-dir`, EMPTCP_STATE_DIR, /var/lib/emptcp) and its permissions.",
  },
  ERR_EMPTCP_NO_GENERATION: {
    cause:
      "The history has no such generation since the engine started, or its policy sets were removed because the history is bounded.",
    wayOut: "Choose one that `emptcp history` lists, or an entry of an earlier start with `--entry`.",
  },
  ERR_EMPTCP_OTHER_MODULES: {
    cause:
      "A module that the generation ran has been replaced by another version, and the objects of then were not kept.",
    wayOut:
      "Install the versions that the message names, or roll back with `--force`, which uses the installed ones.",
  },
  ERR_EMPTCP_RULE_FILE: {
    cause: "Lines of a file of rules are wrong. No rule of it was loaded.",
    wayOut: "Correct the lines that are listed and load the file again.",
  },
  ERR_EMPTCP_RULE_LINE: {
    cause:
      "A line of a file of rules is neither JSON nor CSV with known columns, or says something that the policy cannot match.",
    wayOut:
      "Compare with `emptcp rule load --help`: a condition as in policy files, or an object with `when`, `params` and `for`.",
  },
  ERR_EMPTCP_INTERFACE_AMBIGUOUS: {
    cause:
      "A parameter names an interface, and the policy set is attached in several network namespaces that have different interfaces of this name.",
    wayOut:
      "Write a policy set for each namespace, or give the interface's index where it is the same everywhere.",
  },
  ERR_EMPTCP_UNKNOWN_NAMESPACE: {
    cause: "There is no network namespace of this name in /run/netns.",
    wayOut: "Create it first, or correct the name.",
  },
  ERR_EMPTCP_VERIFIER: {
    cause:
      "The kernel refused the program; the message holds the telling lines of its log, `error.log` all of it.",
    wayOut:
      "In a module of your own: docs/guide/debug-the-verifier.md shows the usual causes. Else report it to the module's author with the log and the kernel version.",
  },
  ERR_EMPTCP_MAP_MISMATCH: {
    cause:
      "A map that shall be shared or kept differs in type, sizes, flags or the layout of its keys and values. All differences are listed.",
    wayOut:
      "Use a version of the module that agrees with the map, or detach the old one first; its state is lost then.",
  },
  ERR_EMPTCP_ATTACH: {
    cause: "The kernel or the driver refused to attach the program in this mode.",
    wayOut: "Use `mode: auto` or `generic` for XDP; the cause holds the kernel's error.",
  },
  ERR_EMPTCP_FOREIGN_PROGRAM: {
    cause: "Another program is attached where ours should go, and only one can be there.",
    wayOut: "Detach it, or apply with `--replace-foreign` when it may go.",
  },
  ERR_EMPTCP_FEATURE: {
    cause: "This kernel lacks a feature that is needed.",
    wayOut: "Use a newer kernel, or do what the hint says instead.",
  },
  ERR_EMPTCP_CAPABILITY: {
    cause: "The process lacks a capability that the kernel asks for.",
    wayOut:
      "Run it with sudo, or give the process the capability, for example in its systemd unit; docs/non-root.md tells how.",
  },
  ERR_EMPTCP_ACCESS: {
    cause:
      "The file system refuses this user: what runs belongs to somebody else, or the BPF file system lets only root in.",
    wayOut:
      "Run it with sudo, or as the user who applied the policies; docs/non-root.md tells how to let a user in.",
  },
  ERR_EMPTCP_LOCKED: {
    cause: "Another process is changing the same engine and did not finish in time.",
    wayOut: "Wait for it and run the command again.",
  },
  ERR_EMPTCP_CONFLICT: {
    cause: "Another writer has committed a generation between reading the state and committing this one.",
    wayOut: "Apply again; nothing was changed.",
  },
  ERR_EMPTCP_NOT_RUNNING: {
    cause: "There is no engine at the pin directory.",
    wayOut: "Start one with `emptcp apply`, or name the right directory with `--pin-dir`.",
  },
  ERR_EMPTCP_TRACE_BUSY: {
    cause: "A trace has one filter and one reader, and another process has them.",
    wayOut: "Wait for it or end it (Ctrl-C); a trace whose process was killed is replaced without asking.",
  },
  ERR_EMPTCP_TRACE_FILTER: {
    cause: "A part of the trace filter, or an option of the trace, cannot be understood.",
    wayOut: "Correct what the message names; all of them are listed at once.",
  },
  ERR_EMPTCP_PROFILE: {
    cause: "Programs pick the packets to time with a mask, so only powers of two are possible.",
    wayOut: "Take 1 (every packet), 64 (usual) or another power of two.",
  },
  ERR_EMPTCP_CLOSED: {
    cause: "A handle was used after it was closed.",
    wayOut: "Open it again, and use it inside the block that owns it.",
  },
  ERR_EMPTCP_PIN_DIR: {
    cause: "The pin directory is not on a bpf file system, cannot be written, or holds something else.",
    wayOut: "Choose a directory below a mounted bpf file system that this user may write.",
  },
  ERR_EMPTCP_PROTOCOL: {
    cause: "The engine that runs was started by a core with another layout of pins and maps.",
    wayOut: "Use that core, or detach the engine with it and start anew.",
  },
  ERR_EMPTCP_BPFFS: {
    cause:
      "No bpf file system is mounted at the place where pins are kept. Inside `ip netns exec` it is hidden.",
    wayOut: "`mount -t bpf bpf /sys/fs/bpf`; use `nsenter --net=` instead of `ip netns exec`.",
  },
  ERR_EMPTCP_LIBBPF: {
    cause: "Libbpf.so.1 is not installed, or it is too old.",
    wayOut: "Install it from the distribution (Debian: `libbpf1`; Fedora: `libbpf`).",
  },
  ERR_EMPTCP_SYSTEM: {
    cause: "A system call failed in a way that has no code of its own; the message names it.",
    wayOut: "`emptcp doctor` checks the usual causes.",
  },
  ERR_EMPTCP_BUILD: {
    cause: "A module cannot be built: the compiler refused it, or its source and its description disagree.",
    wayOut: "Correct what the message names; all disagreements are listed at once.",
  },
  ERR_EMPTCP_INTERRUPTED: {
    cause: "A signal ended the command.",
    wayOut: "Run it again; what was committed stays, what was not is cleaned up by the next writer.",
  },
  ERR_EMPTCP_INTERNAL: {
    cause: "Something that cannot happen did.",
    wayOut: "Report it with the output of `emptcp doctor`.",
  },
};
