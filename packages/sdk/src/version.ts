/** The version in package.json; a test keeps them equal. Written here because a bundle has no package.json to read. */
export const version = '0.1.0'
