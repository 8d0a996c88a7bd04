import js from '@eslint/js';

export default [
  {ignores: ['pages/plot/vendored/*.js']},
  {
    files: ['pages/**/*.js', 'w2v_core/**/*.js', 'tests/js/**/*.js'],
    ...js.configs.recommended,
    rules: {
      ...js.configs.recommended.rules,
      'no-undef': 'off', // tsc knows what a browser has
      'no-unused-vars': ['error', {argsIgnorePattern: '^_'}],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      eqeqeq: 'error',
      'max-len': ['error', 140],
    },
  },
];
