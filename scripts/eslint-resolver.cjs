// Tells ESLint which TypeScript file an import of './file.js' means.
const { existsSync } = require('node:fs');
const path = require('node:path');

exports.interfaceVersion = 2;
exports.resolve = (source, file) => {
  if (!source.startsWith('.')) return { found: false };
  const target = path.resolve(path.dirname(file), source.replace(/\.js$/, '.ts'));
  return existsSync(target) ? { found: true, path: target } : { found: false };
};
