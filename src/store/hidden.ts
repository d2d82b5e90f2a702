// Whose rows are that nobody may see yet, or any more.

/**
 * The owner of what is not whole: being stored, or being deleted. No viewer has this name. Storing a large result or a
 * million bars takes seconds: in one transaction, nothing else could be written to an embedded database meanwhile.
 */
export const NOBODY = "(nobody)";
