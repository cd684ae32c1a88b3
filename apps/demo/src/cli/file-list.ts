/** The list of a site's files, in its folder, by which a later site replaces them. */
export const FILE_LIST = 'files.json';
