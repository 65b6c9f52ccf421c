import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Vulkan in software, which Chromium brings on Debian. WebGPU prefers a graphics card where there is one. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest would leave one core idle, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Read by Vulkan's loader when it starts, so it has to be there before any test.
    env: process.env['VK_ADD_DRIVER_FILES'] || !existsSync(swiftShader) ? {} : { VK_ADD_DRIVER_FILES: swiftShader },
  },
});
