import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Vulkan in software, which Chromium brings on Debian. WebGPU prefers a graphics card where there is one. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Vitest starts long files first only once it knows how long they take, and the larger ones until then. The smallest, one
 * for each engine, take longest: at the end they would leave a core idle.
 */
class EnginesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isOfEngine = ({ moduleId }: TestSpecification) => moduleId.includes('/engine/conformance/');
    return [...sorted.filter(isOfEngine), ...sorted.filter((file) => !isOfEngine(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest would leave one core idle, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: EnginesFirst },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Read by Vulkan's loader when it starts, so it has to be there before any test.
    env: process.env['VK_ADD_DRIVER_FILES'] || !existsSync(swiftShader) ? {} : { VK_ADD_DRIVER_FILES: swiftShader },
  },
});
