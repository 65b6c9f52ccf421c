#!/usr/bin/env node
import('../dist/cli/main.js').catch((error) => {
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  // Nothing more can be loaded that could say so.
  process.stderr.write('hgmlp: too many open files: expected to open 1024 at a time; raise it with ulimit -n 1024\n');
  process.exitCode = 2;
});
