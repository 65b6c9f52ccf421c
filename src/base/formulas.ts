/**
 * Text in CSV cells that a spreadsheet would run as a formula. An apostrophe before it makes it text; reading takes the
 * apostrophe away again.
 *
 * A semicolon, a tab and a line end count as the begin of a cell: a spreadsheet that expects them cuts one there.
 * Source: OWASP, "CSV injection".
 */

/** Behind what a cell may begin: spaces and quotes that are skipped, apostrophes, and what begins a formula. */
const formula = /(?<=^|[;\t\r\n])([ "]*)('*)(?=[=+\-@\t\r\n＝＋－＠])/g;
const defusedFormula = /(?<=^|[;\t\r\n])([ "]*)'('*)(?=[=+\-@\t\r\n＝＋－＠])/g;

/** Puts an apostrophe before every formula in the text. */
export function withoutFormulas(text: string): string {
  return text.replace(formula, "$1'$2");
}

/** Gives back the text of which `withoutFormulas` made this. */
export function withFormulas(text: string): string {
  return text.replace(defusedFormula, '$1$2');
}
