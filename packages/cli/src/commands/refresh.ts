import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "refresh",
    summary: "Attach to interfaces that came, leave those that went",
    description: [
      "Looks which interfaces the running policy sets name now, attaches where it is not attached, and clears up after an interrupted change. Nothing happens while nothing runs, or when all is as it should be.",
      "The units for systemd run it when an interface appears.",
    ],
    examples: [{ run: "emptcp refresh", does: "let interfaces join that were created after `emptcp apply`" }],
    seeAlso: ["apply", "boot", "doctor"],
    needs: CHANGE,
  },
  args: engineArgs,
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }, { portText }] = await Promise.all([
      import("../with-engine.js"),
      import("../json.js"),
      import("../format/port.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], async (engine) => {
      const before = engine.current();
      const needed = before.number > 0 && !engine.isFresh();
      const generation = needed ? (await engine.refresh()).generation : before.number;
      const [old, now] = [before.ports.map(portText), engine.current().ports.map(portText)];
      const joined = now.filter((text) => !old.includes(text));
      const left = old.filter((text) => !now.includes(text));
      if (args.json) return printJson({ generation, unchanged: !needed, joined, left });
      for (const text of joined) process.stdout.write(`joined: ${text}\n`);
      for (const text of left) process.stdout.write(`left: ${text}\n`);
    });
  },
});
