import type { ErrorCode } from "./errors-table.js";

/** What docs/errors.md says about a code besides its message: sentences of Markdown. */
export interface ErrorNote {
  readonly cause: string;
  readonly wayOut: string;
}

/** Cause and way out of every code; a code without them does not compile. */
export const errorNotes: Readonly<Record<ErrorCode, ErrorNote>> = {
  ERR_EMPTCP_UNKNOWN_MODULE: {
    cause:
      "a chain or condition names a module that no installed package provides, or the package is there but its manifest cannot be used.",
    wayOut:
      "install the package with `emptcp install`, or correct the name. `emptcp list --modules` shows what was found.",
  },
  ERR_EMPTCP_MODULE_CLASH: {
    cause: "two different packages provide a module of this name, and nothing says which one is meant.",
    wayOut:
      'name the package in the policy set, `modules: { record: "@acme/actor-record" }`, or remove one of the packages.',
  },
  ERR_EMPTCP_MODULE_KIND: {
    cause: "a selector stands in a chain, or an actor in a condition.",
    wayOut: "put actors into `chain` and selectors into `when`.",
  },
  ERR_EMPTCP_MANIFEST: {
    cause:
      "a manifest cannot be read or breaks the rules: not JSON, unknown keys, control characters, parameters that overlap, file names that lead elsewhere, or a name and version that differ from package.json.",
    wayOut: "reinstall the package. If it is your own, rebuild it with `emptcp build`.",
  },
  ERR_EMPTCP_OBJECT_MISSING: {
    cause: "the manifest names an object file that is not in the package or cannot be read.",
    wayOut: "reinstall the package, or rebuild it with `emptcp build`.",
  },
  ERR_EMPTCP_DIGEST: {
    cause:
      "the object file is not the one that the manifest was written for: its sha256 differs. It was changed or damaged after the build.",
    wayOut: "reinstall the package. Do not load the file otherwise.",
  },
  ERR_EMPTCP_ABI: {
    cause:
      "the object was built for another version of the interface between modules and core than this core speaks.",
    wayOut: "update the package, or install an `@emptcp/core` that speaks its abi. The message names both.",
  },
  ERR_EMPTCP_CORE_RANGE: {
    cause: "the package asks for a range of `@emptcp/core` versions that this one is not in.",
    wayOut: "update the package, or install a core within the range.",
  },
  ERR_EMPTCP_HOOK_UNSUPPORTED: {
    cause: "the policy set is attached to a hook that one of its modules does not run on.",
    wayOut: "attach the set elsewhere, or move the policy into a set of its own.",
  },
  ERR_EMPTCP_UNKNOWN_PARAM: {
    cause: "a step or a match has a parameter that the module does not know, often a misspelt one.",
    wayOut: "correct the name; the hint lists those that exist.",
  },
  ERR_EMPTCP_MISSING_PARAM: {
    cause: "a parameter without a default was left out.",
    wayOut: "give it; the hint says what is accepted.",
  },
  ERR_EMPTCP_PARAM: {
    cause:
      'a parameter has the wrong type, lies outside its bounds, or is not written in a way that can be read without guessing ("20Mbps" is refused, since tools disagree on its meaning).',
    wayOut: "write it as the message says; `emptcp info` describes every parameter.",
  },
  ERR_EMPTCP_POLICY: {
    cause: "the policy sets have problems; all of them are listed. Nothing was changed.",
    wayOut: "correct them and apply again.",
  },
  ERR_EMPTCP_POLICY_FILE: {
    cause: "the file is neither YAML nor JSON; line and column say where reading stopped.",
    wayOut: "correct the file at that place.",
  },
  ERR_EMPTCP_MALFORMED: {
    cause:
      "something has the wrong shape: a key that does not exist, a word where a list belongs, two modules in one item.",
    wayOut: "write what the message expects; the guide shows a complete policy set.",
  },
  ERR_EMPTCP_NAME: {
    cause: "a policy or set has a name that would not be safe in paths, tables and messages.",
    wayOut: "use lower-case letters, digits and `-`, `.` or `_`, at most 63 of them.",
  },
  ERR_EMPTCP_DUPLICATE_NAME: {
    cause: "two policies of a set, or two sets, have the same name.",
    wayOut: "rename one; names are how counters and rules are found again after an upgrade.",
  },
  ERR_EMPTCP_CHAIN_LENGTH: {
    cause:
      "the chain has more steps than the kernel's limit of 33 tail calls for each packet leaves room for.",
    wayOut: "split the policy in two, the first with `continue: true`.",
  },
  ERR_EMPTCP_CHAIN_PARAMS: {
    cause: "the parameters of all steps together do not fit into one row of 1024 bytes.",
    wayOut: "split the policy in two, the first with `continue: true`.",
  },
  ERR_EMPTCP_CONDITION_SIZE: {
    cause:
      "written as alternatives of exact keys, the condition becomes too large, usually by wide port ranges at both ends or long lists that are combined with `all`.",
    wayOut: "use prefixes and ranges, split the policy, or load the pairs as rules.",
  },
  ERR_EMPTCP_NEVER_MATCHES: {
    cause: "no packet can match the condition, e.g. `all` of two different ports, or an `any` without parts.",
    wayOut: "use `any` where one of several is meant.",
  },
  ERR_EMPTCP_UNREACHABLE: {
    cause:
      "a warning: every packet that the policy matches goes to one of higher rank that does not continue.",
    wayOut: "raise the priority of the narrower policy, or give the wider one `continue: true`.",
  },
  ERR_EMPTCP_FIELD_ORDER: {
    cause: "a step reads a field that no earlier step of its chain writes, or writes with another size.",
    wayOut: "put a step that provides the field before it; the hint names modules that do.",
  },
  ERR_EMPTCP_FIELD_SPACE: {
    cause: "the steps hand on more bytes of fields than the chain state has room for.",
    wayOut: "leave out one of the steps that provide fields, or split the policy.",
  },
  ERR_EMPTCP_NOT_LOCAL: {
    cause: "`local` is an address that no interface of the host has, so the match could never fit.",
    wayOut:
      "on a box in the middle say `src` and `dst`, or `between`. At the end host add the address first.",
  },
  ERR_EMPTCP_UNKNOWN_SET: {
    cause: "no policy set of this name runs here.",
    wayOut: "`emptcp list` shows the sets that run; check the pin directory if it is empty.",
  },
  ERR_EMPTCP_UNKNOWN_POLICY: {
    cause: "the set runs but has no policy of this name.",
    wayOut: "`emptcp list` shows its policies.",
  },
  ERR_EMPTCP_UNKNOWN_RULE: {
    cause: "the rule was removed or has expired.",
    wayOut: "list the rules of the policy; add it again if it is still wanted.",
  },
  ERR_EMPTCP_TOO_MANY_TABLES: {
    cause:
      "the policies of one interface need more tables than an entry looks into. Each combination of selectors, prefix lengths and families is one table; each block of a port range with a size of its own is another.",
    wayOut:
      "use prefixes of the same lengths, align port ranges to powers of two, or attach fewer sets to the interface.",
  },
  ERR_EMPTCP_TOO_MANY_SELECTORS: {
    cause: "the policies of one interface use more different selectors than an entry runs.",
    wayOut: "use fewer kinds of selectors, or attach fewer sets to the interface.",
  },
  ERR_EMPTCP_TOO_MANY_NEGATIONS: {
    cause:
      "one alternative of the condition forbids more matches than a rule can carry, or the engine has no room for another combination of them.",
    wayOut: "put the packets to leave out into a policy of higher priority with an empty chain.",
  },
  ERR_EMPTCP_KEY_SIZE: {
    cause: "the keys of the selectors that are used together are longer than a table's key can be.",
    wayOut: "use fewer selectors together, or ones with shorter keys.",
  },
  ERR_EMPTCP_TOO_MANY_POLICIES: {
    cause: "the engine has no room for another policy.",
    wayOut: "policies that differ in addresses or ports only can be one policy with many rules.",
  },
  ERR_EMPTCP_TOO_MANY_GROUPS: {
    cause: "there are too many different combinations of policy sets on interfaces.",
    wayOut: "attach the same sets to more of the interfaces.",
  },
  ERR_EMPTCP_TOO_MANY_PORTS: {
    cause: "the patterns mean more interfaces than an engine can be attached to.",
    wayOut: "narrow the patterns.",
  },
  ERR_EMPTCP_TOO_MANY_STEPS: {
    cause: "the chains need more different step programs than a prog array holds.",
    wayOut:
      "use the same modules in the same order more often; chains with a common ending share its programs.",
  },
  ERR_EMPTCP_TABLE_FULL: {
    cause: "the table of rules is full.",
    wayOut: "give the policy a larger `capacity` and apply, or remove rules.",
  },
  ERR_EMPTCP_ROWS_FULL: {
    cause: "no room is left for another set of parameters of this size.",
    wayOut: "use fewer policies and fewer rules with parameters of their own.",
  },
  ERR_EMPTCP_UNKNOWN_INTERFACE: {
    cause: "there is no interface of this name in the namespace.",
    wayOut: "correct the name; a pattern with `*` may match nothing without being an error.",
  },
  ERR_EMPTCP_UNKNOWN_NAMESPACE: {
    cause: "there is no network namespace of this name in /run/netns.",
    wayOut: "create it first, or correct the name.",
  },
  ERR_EMPTCP_VERIFIER: {
    cause:
      "the kernel refused the program; the message holds the telling lines of its log, `error.log` all of it.",
    wayOut: "report it to the module's author with the log and the kernel version.",
  },
  ERR_EMPTCP_MAP_MISMATCH: {
    cause:
      "a map that shall be shared or kept differs in type, sizes, flags or the layout of its keys and values. All differences are listed.",
    wayOut:
      "use a version of the module that agrees with the map, or detach the old one first; its state is lost then.",
  },
  ERR_EMPTCP_ATTACH: {
    cause: "the kernel or the driver refused to attach the program in this mode.",
    wayOut: "use `mode: auto` or `generic` for XDP; the cause holds the kernel's error.",
  },
  ERR_EMPTCP_FOREIGN_PROGRAM: {
    cause: "another program is attached where ours should go, and only one can be there.",
    wayOut: "detach it, or apply with `--replace-foreign` when it may go.",
  },
  ERR_EMPTCP_FEATURE: {
    cause: "this kernel lacks a feature that is needed.",
    wayOut: "use a newer kernel, or do what the hint says instead.",
  },
  ERR_EMPTCP_CAPABILITY: {
    cause: "the process lacks a capability that the kernel asks for.",
    wayOut: "run it as root or grant the capability, e.g. in the systemd unit.",
  },
  ERR_EMPTCP_NOT_ROOT: {
    cause: "the command changes the kernel's state and was started by an ordinary user.",
    wayOut: "run it with sudo.",
  },
  ERR_EMPTCP_LOCKED: {
    cause: "another process is changing the same engine and did not finish in time.",
    wayOut: "wait for it and run the command again.",
  },
  ERR_EMPTCP_CONFLICT: {
    cause: "another writer has committed a generation between reading the state and committing this one.",
    wayOut: "apply again; nothing was changed.",
  },
  ERR_EMPTCP_NOT_RUNNING: {
    cause: "there is no engine at the pin directory.",
    wayOut: "start one with `emptcp apply`, or name the right directory with `--pin-dir`.",
  },
  ERR_EMPTCP_CLOSED: {
    cause: "a handle was used after it was closed.",
    wayOut: "open it again, and use it inside the block that owns it.",
  },
  ERR_EMPTCP_PIN_DIR: {
    cause: "the pin directory is not on a bpf file system, cannot be written, or holds something else.",
    wayOut: "choose a directory below a mounted bpf file system that this user may write.",
  },
  ERR_EMPTCP_PROTOCOL: {
    cause: "the engine that runs was started by a core with another layout of pins and maps.",
    wayOut: "use that core, or detach the engine with it and start anew.",
  },
  ERR_EMPTCP_BPFFS: {
    cause:
      "no bpf file system is mounted at the place where pins are kept. Inside `ip netns exec` it is hidden.",
    wayOut: "`mount -t bpf bpf /sys/fs/bpf`; use `nsenter --net=` instead of `ip netns exec`.",
  },
  ERR_EMPTCP_LIBBPF: {
    cause: "libbpf.so.1 is not installed, or it is too old.",
    wayOut: "install it from the distribution (Debian: `libbpf1`; Fedora: `libbpf`).",
  },
  ERR_EMPTCP_SYSTEM: {
    cause: "a system call failed in a way that has no code of its own; the message names it.",
    wayOut: "`emptcp doctor` checks the usual causes.",
  },
  ERR_EMPTCP_BUILD: {
    cause: "a module cannot be built: the compiler refused it, or its source and its description disagree.",
    wayOut: "correct what the message names; all disagreements are listed at once.",
  },
  ERR_EMPTCP_INTERRUPTED: {
    cause: "a signal ended the command.",
    wayOut: "run it again; what was committed stays, what was not is cleaned up by the next writer.",
  },
  ERR_EMPTCP_INTERNAL: {
    cause: "something that cannot happen did.",
    wayOut: "report it with the output of `emptcp doctor`.",
  },
};
