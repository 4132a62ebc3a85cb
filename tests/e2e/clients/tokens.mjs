// Counts the tokens (o200k_base) of every line of stdin that holds JSON text; prints a JSON list.
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { readFileSync } from "node:fs";

const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => encode(text).length)));
