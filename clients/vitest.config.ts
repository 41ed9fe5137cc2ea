import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['typescript/tests/**/*.test.ts', 'generator/tests/**/*.test.mjs', 'contract/tests/**/*.test.mjs'], environment: 'node' },
});
