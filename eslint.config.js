import tseslint from "typescript-eslint";

/** One restricted import: files below `files` may not import what `patterns` describes. */
const border = (files, patterns, except = []) => ({
  files,
  ignores: except,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
});

const koffi = { regex: "^koffi$", message: "import koffi only in packages/core/src/libbpf" };
const kernelHalf = {
  regex: "/(engine|libbpf)(/|$|\\.js$)",
  message: "the pure half of core does not import the kernel half (ARCHITECTURE.md)",
};
const module = {
  regex: "(^@emptcp/|/packages/|\\.\\./\\.\\./)(actor|selector)-",
  message: "a module does not import another module",
};

const pure = ["module", "params", "policy", "object", "values", "dissect"].map(
  (dir) => `packages/core/src/${dir}/**/*.ts`,
);
const modules = ["packages/actor-*/**/*.ts", "packages/selector-*/**/*.ts"];

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", "**/.cache/**", "**/coverage/**"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-constant-binary-expression": "error",
      "no-self-compare": "error",
      "no-debugger": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            ":matches(ForOfStatement, ForStatement, ForInStatement, WhileStatement, DoWhileStatement) > BlockStatement > TryStatement > BlockStatement > VariableDeclaration[kind=/using/]",
          message:
            "put `using` into a function of its own: esbuild compiles it so that an error that one round has caught is thrown again by the next",
        },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "max-lines": ["error", { max: 400 }],
    },
  },
  border(["packages/**/*.ts"], [koffi], ["packages/core/src/libbpf/**", ...pure]),
  border(pure, [koffi, kernelHalf]),
  border(["packages/core/src/errors*.ts"], [koffi, kernelHalf]),
  border(modules, [koffi, module], ["packages/*/test/**"]),
);
