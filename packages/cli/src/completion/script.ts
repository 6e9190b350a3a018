import { completionModel, type CommandModel } from "./model.js";

type Shell = "bash" | "zsh" | "fish";

const scripts: Readonly<Record<Shell, () => Promise<(models: readonly CommandModel[]) => string>>> = {
  bash: async () => (await import("./bash.js")).bashScript,
  zsh: async () => (await import("./zsh.js")).zshScript,
  fish: async () => (await import("./fish.js")).fishScript,
};

/** The completion script for a shell. */
export async function completionScript(shell: Shell): Promise<string> {
  const [write, models] = await Promise.all([scripts[shell](), completionModel()]);
  return write(models);
}
