import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    // Every core: the default leaves one idle, which on two cores is half of the machine.
    maxWorkers: '100%',
    // Test files share a worker's modules, of which none has state: half the time went into loading them again.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'coverage/tests.json' },
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary'], clean: false },
  },
})
