/** The instrumentation scope of every span Clew sends. */
export const CLEW_SCOPE = 'clew'
