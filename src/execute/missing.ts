/** Why an engine cannot work here, as far as files and the platform tell: nothing is loaded and no process is started. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineRow } from '../engine/engines.js';
import { cudaLibrary, nativeFolders } from '../engine/onnx/native-files.js';

/** Says why an engine is missing, and what would help. */
export interface Missing {
  readonly reason: string;
  /** A command, or words; null where nothing helps on this machine. */
  readonly remedy: string | null;
}

/** Tells what there is to see of a machine without loading anything. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly hasNvidiaDriver: () => boolean;
  /** Whether there may be a GPU, or somebody has named a driver of Vulkan. */
  readonly mayHaveGpu: () => boolean;
  readonly hasPackage: (name: string) => boolean;
  /** The native files of onnxruntime-node for this platform; none where there are none. */
  readonly onnxRuntimeFiles: () => readonly string[];
}

type MissingRow = Pick<EngineRow, 'name' | 'device' | 'install'>;

/** Says why an engine cannot work on a machine; null where nothing speaks against it. */
export function missingOf(row: MissingRow, machine: Machine = thisMachine): Missing | null {
  for (const check of [platformFault, driverFault, packageFault, libraryFault]) {
    const missing = check(row, machine);
    if (missing !== null) return missing;
  }
  return null;
}

/** Says why no WebGPU adapter can be looked for, or found; null where nothing speaks against it. */
export function adapterMissing(machine: Machine = thisMachine): string | null {
  if (!machine.mayHaveGpu()) return 'no GPU';
  return machine.hasPackage('webgpu') ? null : "only the package webgpu sees what the adapter is: 'npm install webgpu'";
}

function platformFault({ name, device }: MissingRow, { platform, architecture }: Machine): Missing | null {
  const fault = (isFault: boolean, reason: string) => (isFault ? { reason, remedy: null } : null);
  if (device === 'coreml') return fault(platform !== 'darwin', 'Core ML is a part of macOS');
  if (device === 'dml') return fault(platform !== 'win32', 'DirectML is a part of Windows');
  if (device !== 'cuda') return null;
  if (name.startsWith('onnx-')) {
    return fault(platform !== 'linux' || architecture !== 'x64', 'ONNX Runtime has CUDA on Linux x64 only');
  }
  return fault(platform === 'darwin', 'macOS has no CUDA');
}

function driverFault({ device, install }: MissingRow, machine: Machine): Missing | null {
  if (device !== 'cuda' || machine.hasNvidiaDriver()) return null;
  return { reason: 'no NVIDIA driver', remedy: install };
}

/** The packages that its command names, or of which it runs a script. */
function packageFault({ install }: MissingRow, { hasPackage }: Machine): Missing | null {
  const [, listed, ofScript] = /\bnpm install (.*)$|\bnode_modules\/([\w-]+)\/script\b/.exec(install) ?? [];
  const names = listed ?? ofScript ?? '';
  const absent = names.split(' ').filter((word) => word !== '' && !word.startsWith('-') && !hasPackage(word));
  if (absent.length === 0) return null;
  const reason = `${absent.join(' and ')} ${absent.length === 1 ? 'is' : 'are'} not installed`;
  return { reason, remedy: install };
}

function libraryFault({ name, device, install }: MissingRow, machine: Machine): Missing | null {
  if (!name.startsWith('onnx-')) return null;
  const files = machine.onnxRuntimeFiles();
  if (files.length === 0) {
    return { reason: `ONNX Runtime has nothing for ${machine.platform} ${machine.architecture}`, remedy: null };
  }
  if (device !== 'cuda' || files.includes(cudaLibrary)) return null;
  return { reason: `${cudaLibrary} is not beside ONNX Runtime`, remedy: install };
}

const require = createRequire(import.meta.url);

const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  hasNvidiaDriver,
  mayHaveGpu: () =>
    hasNvidiaDriver() ||
    namesIn('/dev/dri').some((name) => name.startsWith('renderD')) ||
    vulkanVariables.some((name) => process.env[name]),
  hasPackage(name) {
    try {
      require.resolve(name);
      return true;
    } catch (error) {
      // A package that is there may refuse to be required.
      return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND';
    }
  },
  onnxRuntimeFiles: () => nativeFolders().flatMap(namesIn),
};

/** Any of them: the devices may first come with the first process that asks, and under WSL the driver is Windows's. */
const nvidiaTraces = ['/dev/nvidiactl', '/proc/driver/nvidia/version', '/usr/bin/nvidia-smi', '/dev/dxg'];

/** Only of Linux it is known where a driver leaves traces. */
function hasNvidiaDriver(): boolean {
  return process.platform !== 'linux' || nvidiaTraces.some((file) => existsSync(file));
}

/** With them Vulkan, and so WebGPU, finds drivers that need no device. Source: Vulkan-Loader, LoaderDriverInterface.md. */
const vulkanVariables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'];

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
