import type { CommandDef } from "citty";

/** A command that is loaded when it is called. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<CommandDef>;
}

const entry = (summary: string, load: () => Promise<{ default: unknown }>): CommandEntry => ({
  summary,
  // Each command is typed by its own arguments; here only what all of them share counts.
  load: async () => (await load()).default as CommandDef,
});

/** Every command, in the order of the help text. */
export const commands: ReadonlyMap<string, CommandEntry> = new Map([
  ["apply", entry("Put policy files into effect", () => import("./commands/apply.js"))],
  [
    "plan",
    entry("Show what apply would change, without touching the kernel", () => import("./commands/plan.js")),
  ],
  ["list", entry("List the policy sets that run", () => import("./commands/list.js"))],
  ["show", entry("Show a policy set with its counters", () => import("./commands/show.js"))],
  ["delete", entry("Take a policy set out of effect", () => import("./commands/delete.js"))],
  ["detach", entry("Remove everything from the kernel", () => import("./commands/detach.js"))],
  ["events", entry("Print the events that modules report", () => import("./commands/events.js"))],
  ["lab", entry("Run a testbed of network namespaces", () => import("./commands/lab.js"))],
  ["demo", entry("Show eMPTCP at work on real connections", () => import("./commands/demo.js"))],
]);
