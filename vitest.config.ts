import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { testGroups } from './test/groups.js';

/** Vulkan in software, which Chromium brings on Debian. WebGPU prefers a graphics card where there is one. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Has the files of a group follow each other, as only these share a process. Within a group, Vitest starts long files first
 * once it knows how long they take, and the larger ones until then; the files for single engines are small and take longest.
 */
class GroupAfterGroup extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId, project }: TestSpecification) =>
      moduleId.includes('/engine/conformance/') ? -1 : groups.findIndex(({ name }) => name === project.name);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

const groups = testGroups();

export default defineConfig({
  test: {
    // One more than the cores, as some tests wait for a clock, a server or a process.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: GroupAfterGroup },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Read by Vulkan's loader when it starts, so it has to be there before any test.
    env: process.env['VK_ADD_DRIVER_FILES'] || !existsSync(swiftShader) ? {} : { VK_ADD_DRIVER_FILES: swiftShader },
    projects: groups.map((group) => ({ extends: true, test: { ...group } })),
  },
});
