/** A text, or two if it depends on the number `count`. `{name}` stands for a value. */
export type Text = string | { one: string; other: string };
