// How an account may be named, as the server has it.
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

export const NAME_RULE = "A letter a-z, then up to 31 of a-z, 0-9 and “-”.";

export const isAccountName = (text: string): boolean => NAME.test(text);
