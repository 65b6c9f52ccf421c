/** Whether Vulkan computes in software: SwiftShader is the only driver that it may load. */
export const onSwiftShader = /swiftshader/i.test(process.env['VK_ICD_FILENAMES'] ?? '');
