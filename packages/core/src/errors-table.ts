import { dataErrors } from "./errors-data.js";

/** One stable error: what is said and what to do about it; `{name}` marks a value that the thrower gives. */
export interface ErrorEntry {
  readonly message: string;
  readonly hint: string;
}

/** Errors of modules, their manifests and objects, and their parameters. */
const moduleErrors = {
  ERR_EMPTCP_UNKNOWN_MODULE: {
    message: 'find module "{module}": no installed package provides it{where}',
    hint: "install the package that has it with npm, or correct the name{suggestion}",
  },
  ERR_EMPTCP_OLD_NAME: {
    message: 'use module "{name}": it is called {module} now',
    hint: "write {module}; the old name goes on working",
  },
  ERR_EMPTCP_MODULE_CLASH: {
    message: 'find module "{module}": several packages provide it: {packages}',
    hint: 'say which one in the policy set: modules: { "{module}": "<package>" }',
  },
  ERR_EMPTCP_MODULE_KIND: {
    message: 'use "{module}" as {expected}: it is {got}',
    hint: "actors belong in `chain`, selectors in `when`",
  },
  ERR_EMPTCP_MANIFEST: {
    message: "read manifest {path}: {reason}",
    hint: "reinstall the package, or rebuild it with `emptcp build`",
  },
  ERR_EMPTCP_OBJECT_MISSING: {
    message: "read object {file}: it is not there or cannot be read",
    hint: "reinstall the package, or rebuild it with `emptcp build`",
  },
  ERR_EMPTCP_DIGEST: {
    message: "read object {file} of {module}: sha256 is {actual}, the manifest says {expected}",
    hint: "the file was changed after it was built: reinstall the package",
  },
  ERR_EMPTCP_ABI: {
    message: "use {package} {version}: built for abi {abi}, core speaks abi {spoken}",
    hint: "update {package}, or use an @emptcp/core that speaks abi {abi}",
  },
  ERR_EMPTCP_CORE_RANGE: {
    message: "use {package} {version}: needs @emptcp/core {range}, this is {core}",
    hint: "update {package}, or install @emptcp/core@{range}",
  },
  ERR_EMPTCP_HOOK_UNSUPPORTED: {
    message: 'use "{module}" on {hook}: it does not run there{where}',
    hint: "attach the policy set to another hook, or take the policy out of it",
  },
  ERR_EMPTCP_UNKNOWN_PARAM: {
    message: '{module}: unknown parameter "{param}"',
    hint: "{module} has {known}{suggestion}",
  },
  ERR_EMPTCP_MISSING_PARAM: {
    message: '{module}: parameter "{param}" is missing',
    hint: "give {param}: {expected}",
  },
  ERR_EMPTCP_PARAM: {
    message: "{module}: {param}: expected {expected}, got {got}",
    hint: "the README of the module describes it; `emptcp schema` has all of them",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of policies, found before the kernel sees anything. */
const policyErrors = {
  ERR_EMPTCP_POLICY: {
    message: "check policy sets: {count} found",
    hint: "nothing was changed; correct what is wrong and try again",
  },
  ERR_EMPTCP_POLICY_FILE: {
    message: "read policy file {file}: {reason}",
    hint: "check the name and what the file holds; - stands for standard input",
  },
  ERR_EMPTCP_YAML: {
    message: "read YAML: {reason}",
    hint: "correct the file at this place",
  },
  ERR_EMPTCP_FORMAT: {
    message: "format {file}: a value or a comment would be lost",
    hint: "the file is left as it is; move comments to lines of their own, above what they are about",
  },
  ERR_EMPTCP_INCLUDE: {
    message: "include {path}: {reason}",
    hint: "include: takes paths of files, from the directory of the file that names them",
  },
  ERR_EMPTCP_VARIABLE: {
    message: 'read variable "{name}": {reason}',
    hint: "vars: holds names with a text, a number, true or false, or a list of them",
  },
  ERR_EMPTCP_UNKNOWN_VARIABLE: {
    message: 'replace variable "{name}": none of that name is defined',
    hint: "define it under vars:, or give `--var {name}=VALUE`{suggestion}",
  },
  ERR_EMPTCP_MALFORMED: {
    message: "read {what}: expected {expected}, got {got}",
    hint: "the guide shows the shape{suggestion}",
  },
  ERR_EMPTCP_NAME: {
    message: "name {what} {got}: expected lower-case letters, digits and -, . or _, at most 63",
    hint: "choose another name",
  },
  ERR_EMPTCP_DUPLICATE_NAME: {
    message: 'add {what} "{name}": there are two of that name',
    hint: "rename one of them",
  },
  ERR_EMPTCP_CHAIN_LENGTH: {
    message: 'build chain of policy "{policy}": {steps} steps, at most {limit} fit',
    hint: "split it into two policies, the first with `continue: true`",
  },
  ERR_EMPTCP_CHAIN_PARAMS: {
    message: 'build chain of policy "{policy}": its parameters need {size} bytes, a row holds 1024',
    hint: "split it into two policies, the first with `continue: true`",
  },
  ERR_EMPTCP_CONDITION_SIZE: {
    message: "expand condition: {size} {what}, at most {limit} are possible",
    hint: "use prefixes and port ranges, split the policy, or load the pairs as rules",
  },
  ERR_EMPTCP_NEVER_MATCHES: {
    message: 'expand condition of policy "{policy}" on {hook}: it can never match',
    hint: "its parts contradict each other: use `any` where one of several is meant",
  },
  ERR_EMPTCP_UNREACHABLE: {
    message: 'order policy "{policy}" on {hook}: "{by}" matches all its packets first',
    hint: 'raise its priority, or give "{by}" `continue: true`',
  },
  ERR_EMPTCP_PARAM_USE: {
    message: "use {module} with {params}{where}: {because}",
    hint: "{instead}",
  },
  ERR_EMPTCP_FIELD_ORDER: {
    message: '{module}: reads field "{field}", which no earlier step of the chain writes',
    hint: "put a step that provides it before: {providers}",
  },
  ERR_EMPTCP_FIELD_SPACE: {
    message: 'build chain of policy "{policy}": its fields need {size} bytes, at most {limit} fit: {fields}',
    hint: "leave out a step that provides one of them",
  },
  ERR_EMPTCP_SESSION: {
    message:
      "apply {policy}: on {hook} of {interface} it may {effects} packets of this ssh session with {remote}",
    hint: "apply it with `--confirm 30s`, or keep the session out of it: all: [ …, {exclusion} ]",
  },
  ERR_EMPTCP_NOT_LOCAL: {
    message: '{module}: "{end}" is {address}, which no interface of {host} has',
    hint: "on a box in the middle say src and dst, or between; at the end host add the address first",
  },
  ERR_EMPTCP_UNKNOWN_SET: {
    message: 'find policy set "{set}": it does not run here',
    hint: "`emptcp list` shows what runs{suggestion}",
  },
  ERR_EMPTCP_UNKNOWN_POLICY: {
    message: 'find policy "{policy}"{where}: {reason}',
    hint: "`{command}` lists the policies{suggestion}",
  },
  ERR_EMPTCP_UNKNOWN_RULE: {
    message: 'find rule {rule} of policy "{policy}": it is not there',
    hint: "it expired or was removed; `emptcp rule list` shows what is there",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of size: what the tables in the kernel hold. */
const limitErrors = {
  ERR_EMPTCP_TOO_MANY_TABLES: {
    message: "match{where}: {count} tables are needed, at most {limit} are possible",
    hint: "write prefixes of the same length and the same selectors together, or attach fewer sets to the interface",
  },
  ERR_EMPTCP_TOO_MANY_SELECTORS: {
    message: "match{where}: the selectors are {selectors}, at most {limit} are possible",
    hint: "attach fewer policy sets to the interface, or use fewer kinds of selectors",
  },
  ERR_EMPTCP_KEY_SIZE: {
    message: "match{where}: the keys of {selectors} need {size} bytes, at most {limit} fit",
    hint: "use fewer selectors together",
  },
  ERR_EMPTCP_TOO_MANY_POLICIES: {
    message: "add policies: at most {limit} fit",
    hint: "policies that differ in addresses or ports only can be one policy with many rules",
  },
  ERR_EMPTCP_TOO_MANY_GROUPS: {
    message: "group interfaces by their policy sets{where}: at most {limit} groups are possible",
    hint: "attach the same sets to more of the interfaces",
  },
  ERR_EMPTCP_TOO_MANY_PORTS: {
    message: "attach to interfaces: at most {limit} are possible",
    hint: "narrow the interface patterns",
  },
  ERR_EMPTCP_TOO_MANY_STEPS: {
    message: "load step programs{where}: at most {limit} fit",
    hint: "use fewer different orders of the same modules",
  },
  ERR_EMPTCP_TABLE_FULL: {
    message: 'add rule to policy set "{set}": its table holds {capacity} rules and is full',
    hint: "give the policy a larger `capacity`, or remove rules",
  },
  ERR_EMPTCP_ROWS_FULL: {
    message: "add row of {size} bytes: all {capacity} are used",
    hint: "use fewer policies and rules with parameters of their own",
  },
  ERR_EMPTCP_TOO_MANY_NEGATIONS: {
    message: "match{where}: too many negated matches together, at most {limit} are possible",
    hint: "use fewer `not`, or put the packets to leave out into a policy of higher priority with an empty chain",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of the machine: kernel, interfaces, pins, other processes. */
const systemErrors = {
  ERR_EMPTCP_UNKNOWN_INTERFACE: {
    message: 'find interface "{interface}": there is none',
    hint: "`ip link` shows them; `*` stands for any{suggestion}",
  },
  ERR_EMPTCP_UNKNOWN_NAMESPACE: {
    message: 'find network namespace "{namespace}": there is none',
    hint: "`ip netns list` shows them{suggestion}",
  },
  ERR_EMPTCP_VERIFIER: {
    message: "load {module} on {hook}: {summary}",
    hint: "the whole verifier log is in the error's `log`",
  },
  ERR_EMPTCP_MAP_MISMATCH: {
    message: 'share map "{map}" of {module}: {differences}',
    hint: "use a version of {module} that agrees on the map, or detach the old one first (its state is lost)",
  },
  ERR_EMPTCP_FOREIGN_PROGRAM: {
    message: 'attach to {interface}: the XDP program "{program}" is there already',
    hint: "detach it, or apply with `--replace-foreign`",
  },
  ERR_EMPTCP_ATTACH: {
    message: "attach to {interface} on {hook} ({mode}): the kernel refused",
    hint: "another mode may work: `mode: auto`; the cause tells more",
  },
  ERR_EMPTCP_FEATURE: {
    message: "{what}: needs {feature}, since Linux {since}; this is {kernel}",
    hint: "{way}",
  },
  ERR_EMPTCP_CAPABILITY: {
    message: "{what}: needs {capability}, which this process lacks",
    hint: "run it with sudo, or give it what it needs: docs/non-root.md",
  },
  ERR_EMPTCP_ACCESS: {
    message: "{what}: uid {uid} may not",
    hint: "run it with sudo, or as the user whom the pin directory belongs to: docs/non-root.md",
  },
  ERR_EMPTCP_LOCKED: {
    message: "lock {directory}: another writer held it for {timeout} ms",
    hint: "wait for it to finish, then run this again",
  },
  ERR_EMPTCP_CONFLICT: {
    message: "commit: generation {expected} was expected to run, {actual} does: another writer was faster",
    hint: "nothing was changed; apply again",
  },
  ERR_EMPTCP_NOT_RUNNING: {
    message: "open {directory}: no engine runs there",
    hint: "`emptcp apply` starts one; --pin-dir chooses another directory",
  },
  ERR_EMPTCP_TRACE_BUSY: {
    message: "trace {directory}: another process traces this engine",
    hint: "end that trace first: there is one at a time",
  },
  ERR_EMPTCP_TRACE_FILTER: {
    message: "trace {what}: expected {expected}, got {got}",
    hint: "leave it out to match everything",
  },
  ERR_EMPTCP_PROFILE: {
    message: "profile one packet in {sample}: expected a power of two from 1 to 1048576",
    hint: "64 is a good compromise",
  },
  ERR_EMPTCP_CLOSED: {
    message: "{what}: the {object} is closed",
    hint: "open it again; use it inside the `using` or `try` that owns it",
  },
  ERR_EMPTCP_PIN_DIR: {
    message: "use pin directory {directory}: {reason}",
    hint: "choose a directory on a bpf file system that this user may write",
  },
  ERR_EMPTCP_PROTOCOL: {
    message: "adopt engine at {directory}: it speaks protocol {actual}, this core speaks {expected}",
    hint: "use the @emptcp/core that started it, or detach it with that one first",
  },
  ERR_EMPTCP_BPFFS: {
    message: "find bpf file system at {path}: it is not mounted",
    hint: "mount -t bpf bpf {path}",
  },
  ERR_EMPTCP_LIBBPF: {
    message: "load libbpf: {reason}",
    hint: "install it (Debian: apt install libbpf1; Fedora: dnf install libbpf)",
  },
  ERR_EMPTCP_SYSTEM: {
    message: "{what}: {errno}",
    hint: "`emptcp doctor` checks the usual causes",
  },
  ERR_EMPTCP_BUILD: {
    message: "build {package}: {reason}",
    hint: "correct the source and build again",
  },
  ERR_EMPTCP_INTERRUPTED: {
    message: "{what}: interrupted by {signal}",
    hint: "what was committed stays; run it again",
  },
  ERR_EMPTCP_INTERNAL: {
    message: "{what}: {reason}",
    hint: "this is a defect of eMPTCP: report it with the output of `emptcp doctor`",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of changing what runs, and of going back. */
const changeErrors = {
  ERR_EMPTCP_RULES_NOT_CARRIED: {
    message: 'take rules of policy "{policy}" over to {hook}: {rules} of them cannot be',
    hint: "load them again: a rule that was given as local and remote says something else there",
  },
  ERR_EMPTCP_UNKNOWN_STEP: {
    message: 'find step "{step}" in the chain of policy "{policy}": it is not there',
    hint: "its steps are {known}; `module#2` is the second of a module",
  },
  ERR_EMPTCP_UNCONFIRMED: {
    message: "change policy sets: generation {generation} waits to be confirmed until {until}{watchdog}",
    hint: "`emptcp confirm` keeps it, `emptcp rollback` ends it now",
  },
  ERR_EMPTCP_NOT_CONFIRMED: {
    message:
      "keep generation {generation}: it was not confirmed in time; the policy sets of generation {before} run again",
    hint: "apply again; `emptcp confirm` within the time keeps it",
  },
  ERR_EMPTCP_NOTHING_TO_CONFIRM: {
    message: "confirm: no generation waits for it",
    hint: "`emptcp history` shows what became of the last one",
  },
  ERR_EMPTCP_WATCHDOG: {
    message: "start watchdog: {reason}",
    hint: "nothing was changed; without --confirm no watchdog is needed",
  },
  ERR_EMPTCP_NO_HISTORY: {
    message: "read history: {reason}",
    hint: "--state-dir names another directory; only changes made since there is one can be undone",
  },
  ERR_EMPTCP_NO_GENERATION: {
    message: "find {wanted}: {reason}",
    hint: "`emptcp history` lists what happened; {kind} that are kept: {known}",
  },
  ERR_EMPTCP_OTHER_MODULES: {
    message: "roll back to generation {generation}: it ran modules that are no longer to be had: {modules}",
    hint: "install those versions, or use what is installed with --force",
  },
  ERR_EMPTCP_RULE_FILE: {
    message: "read rules: {count} found",
    hint: "nothing was changed; correct the lines and load again",
  },
  ERR_EMPTCP_RULE_LINE: {
    message: "{file}:{line}: {reason}",
    hint: "each line is a condition as in policy files, or has when, params and for",
  },
  ERR_EMPTCP_OUTPUT_FILE: {
    message: "write {file}: {reason}",
    hint: "check the directory, its permissions and the space that is left; what ran goes on",
  },
  ERR_EMPTCP_INTERFACE_AMBIGUOUS: {
    message: 'find interface "{interface}" for policy set "{set}": it is another one in each of {namespaces}',
    hint: "write one policy set for each network namespace, or give its index",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Every stable code with its message and its way out; docs/errors.md explains each. */
export const errorTable = {
  ...moduleErrors,
  ...policyErrors,
  ...limitErrors,
  ...systemErrors,
  ...changeErrors,
  ...dataErrors,
};

/** A stable error code; codes are never renamed or reused. */
export type ErrorCode = keyof typeof errorTable;

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | Placeholders<Rest>
  : never;

/** Placeholders that may be left out; they stand for nothing then. */
export type OptionalValue = "suggestion" | "where";

/** What may stand for a placeholder; arrays are listed, undefined is left out. */
export type ErrorValue = string | number | bigint | readonly string[] | undefined;

type RequiredValue<C extends ErrorCode> = Exclude<
  Placeholders<(typeof errorTable)[C]["message"]> | Placeholders<(typeof errorTable)[C]["hint"]>,
  OptionalValue
>;

/** The values that the message and hint of a code need. */
export type ErrorValues<C extends ErrorCode> = {
  readonly [K in RequiredValue<C>]: ErrorValue;
} & { readonly [K in OptionalValue]?: string } & { readonly [extra: string]: unknown };
