import { readdirSync } from "node:fs";
import { URL } from "node:url";

import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Feature folders. Each may be used through its `index.ts` only; `backend` and `ui` know none of them. */
const features = readdirSync(new URL("src", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["backend", "testing", "ui"].includes(entry.name))
  .map((entry) => entry.name);

const outside = features.map((feature) => ({
  files: [`src/${feature}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: features
          .filter((other) => other !== feature)
          .map((other) => ({
            regex: `/${other}/(?!index)`,
            message: `Import from "../${other}": feature folders keep out of each other's insides.`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/backend/bindings.ts", "test-results"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-invalid-void-type": "off",
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        ...["callee.property.name='getState'", "callee.name='bufferOf'"].map((read) => ({
          selector: `FunctionDeclaration[id.name=/^[A-Z]/] > BlockStatement > VariableDeclaration > VariableDeclarator:not(:has(ArrowFunctionExpression)):has(CallExpression[${read}])`,
          message: "The compiler keeps what a component drew: read state through hooks, or in handlers and effects.",
        })),
      ],
    },
  },
  ...outside,
  {
    files: ["src/{backend,ui}/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: features.map((feature) => ({
            regex: `/${feature}(/|$)`,
            message: "This layer knows no features.",
          })),
        },
      ],
    },
  },
  {
    files: ["e2e/**/*.mjs"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        process: "readonly",
        localStorage: "readonly",
        console: "readonly",
        document: "readonly",
        window: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        fetch: "readonly",
        URL: "readonly",
        DOMPoint: "readonly",
        DataTransfer: "readonly",
        DragEvent: "readonly",
        File: "readonly",
        navigator: "readonly",
        structuredClone: "readonly",
        getComputedStyle: "readonly",
        performance: "readonly",
        requestAnimationFrame: "readonly",
      },
    },
  },
);
