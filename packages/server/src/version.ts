import manifest from '../package.json' with { type: 'json' }

/** Clew's own version. */
export const CLEW_VERSION: string = manifest.version
