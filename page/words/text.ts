/** A text, or two if it depends on the number `count`. `{name}` is the place of a value. */
export type Text = string | { one: string; other: string };
