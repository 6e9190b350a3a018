import { commonArgs } from "../common-args.js";
import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "completion",
    summary: "Print a script that completes command lines",
    description: [
      "The script knows every command, flag and choice, and asks emptcp for what changes: the policy sets that run, their policies, " +
        "modules and interfaces. It is made from the same definitions as this text.",
    ],
    examples: [
      { run: 'eval "$(emptcp completion bash)"', does: "complete in this bash; in ~/.bashrc: in every one" },
      { run: "source <(emptcp completion zsh)", does: "the same for zsh, after compinit in ~/.zshrc" },
      { run: "emptcp completion fish | source", does: "the same for fish, in ~/.config/fish/config.fish" },
      {
        run: "emptcp completion bash > /usr/share/bash-completion/completions/emptcp",
        does: "for all users of the machine",
      },
    ],
  },
  args: {
    shell: { type: "positional", description: "The shell", choices: ["bash", "zsh", "fish"] },
    ...commonArgs,
  },
  async run({ args }) {
    const { completionScript } = await import("../completion/script.js");
    const script = await completionScript(args.shell);
    process.stdout.write(args.json ? `${JSON.stringify({ shell: args.shell, script })}\n` : script);
  },
});
