import type { CommandLoader } from "./define.js";

/** Commands that belong together, under a title in the help text. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: Readonly<Record<string, CommandLoader>>;
}

/**
 * Every command, in the order of the help text; one line each. What else there is to say about a command stands in its own
 * file, which is loaded when it is called or asked about.
 */
export const groups: readonly CommandGroup[] = [
  {
    title: "Policies",
    commands: {
      apply: () => import("./commands/apply.js"),
      plan: () => import("./commands/plan.js"),
      diff: () => import("./commands/diff.js"),
      fmt: () => import("./commands/fmt.js"),
      schema: () => import("./commands/schema.js"),
      list: () => import("./commands/list.js"),
      show: () => import("./commands/show.js"),
      delete: () => import("./commands/delete.js"),
      detach: () => import("./commands/detach.js"),
    },
  },
  {
    title: "Change safely",
    commands: {
      history: () => import("./commands/history.js"),
      rollback: () => import("./commands/rollback.js"),
      confirm: () => import("./commands/confirm.js"),
      bypass: () => import("./commands/bypass.js"),
      rule: () => import("./commands/rule.js"),
      param: () => import("./commands/param.js"),
    },
  },
  {
    title: "Watch",
    commands: {
      stats: () => import("./commands/stats.js"),
      trace: () => import("./commands/trace.js"),
      events: () => import("./commands/events.js"),
      maps: () => import("./commands/maps.js"),
    },
  },
  {
    title: "Machine",
    commands: {
      boot: () => import("./commands/boot.js"),
      refresh: () => import("./commands/refresh.js"),
      doctor: () => import("./commands/doctor.js"),
      report: () => import("./commands/report.js"),
      completion: () => import("./commands/completion.js"),
    },
  },
  {
    title: "Author",
    commands: {
      build: () => import("./commands/build.js"),
      dev: () => import("./commands/dev.js"),
    },
  },
  {
    title: "Lab",
    commands: {
      lab: () => import("./commands/lab.js"),
      demo: () => import("./commands/demo.js"),
    },
  },
];

/** Every command by its name. */
export const commands: ReadonlyMap<string, CommandLoader> = new Map(
  groups.flatMap((group) => Object.entries(group.commands)),
);
