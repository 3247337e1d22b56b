import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/tests.json' },
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary'], clean: false },
  },
})
