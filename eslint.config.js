import path from 'node:path';
import boundaries from 'eslint-plugin-boundaries';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// The rooms, each with the rooms it may import from. Data runs through the house one way.
const foundations = ['base', 'arch', 'run'];
const wings = ['data', 'import', 'engine', 'train', 'plugin', 'pareto', 'search', 'frontier', 'report'];
const rooms = {
  base: [],
  arch: ['base'],
  run: ['base', 'arch'],
  pareto: ['base'],
  data: foundations,
  import: [...foundations, 'data'],
  engine: foundations,
  train: [...foundations, 'data', 'engine'],
  plugin: [...foundations, 'data', 'engine'],
  search: [...foundations, 'pareto'],
  frontier: [...foundations, 'pareto'],
  report: [...foundations, 'pareto', 'frontier'],
  execute: [...foundations, 'data', 'engine', 'train', 'plugin', 'search'],
  config: [...foundations, 'data', 'engine', 'plugin', 'search', 'frontier', 'report', 'execute'],
  study: [...foundations, ...wings, 'execute', 'config'],
  library: [...foundations, ...wings, 'execute', 'config', 'study'],
  cli: [...foundations, ...wings, 'execute', 'config', 'study'],
};

const restricted = (names, message) =>
  names.map((name) => {
    const [object, property] = name.split('.');
    return { object, property, message };
  });
const ownClocks = restricted(
  ['Date.now', 'performance.now', 'process.hrtime', 'process.uptime'],
  'Ask the clock of src/base/clock.ts.',
);
const ofTheProcess = restricted(
  [
    'process.stdin',
    'process.stdout',
    'process.stderr',
    'process.exit',
    'process.exitCode',
    'process.on',
    'process.once',
  ],
  'Speak and ask through the port of src/study/port.ts.',
);

export default tseslint.config(
  { ignores: ['dist', '.build-*', 'node_modules', 'coverage', 'results', 'src/**/*.kernel.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Objects here are records of closures; none uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { [path.resolve(import.meta.dirname, 'scripts/eslint-resolver.cjs')]: {} },
      'boundaries/elements': Object.keys(rooms).map((room) => ({ type: room, pattern: `src/${room}` })),
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(rooms).map(([room, allowed]) => ({
            from: { element: { type: room } },
            allow: [{ to: { element: { type: [room, ...allowed] } } }],
          })),
        },
      ],
    },
  },
  {
    // The time of day may be set meanwhile; see src/base/clock.ts.
    files: ['src/**/*.ts'],
    ignores: ['src/base/clock.ts'],
    rules: {
      'no-restricted-properties': ['error', ...ownClocks],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Ask the clock of src/base/clock.ts.',
        },
      ],
    },
  },
  {
    // A study may be run by a program of somebody else.
    files: ['src/study/**/*.ts', 'src/library/**/*.ts', 'src/index.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        'commander',
        'log-update',
        'picocolors',
        'node:readline',
        'node:readline/promises',
      ],
      'no-restricted-properties': ['error', ...ownClocks, ...ofTheProcess],
    },
  },
  { files: ['**/*.{js,mjs,cjs}'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['test/**', 'bench/**'], rules: { 'max-lines-per-function': 'off' } },
  // A table, one row an option.
  { files: ['src/config/options.ts'], rules: { 'max-lines': 'off' } },
  { files: ['scripts/**', 'bench/**'], rules: { 'no-console': 'off' } },
  prettier,
);
