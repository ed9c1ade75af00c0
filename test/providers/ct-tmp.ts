import { TokenCount } from "/work/main/src/providers/count-text.ts";
import { encode as o200k } from "gpt-tokenizer/encoding/o200k_base";
import { encode as cl100k } from "gpt-tokenizer/encoding/cl100k_base";
import { readFileSync, readdirSync } from "node:fs";
import { SAMPLES } from "/work/main/test/providers/text-samples.ts";
const T={latin:1,scripts:1,digit:0.34};
for(const [name,text] of Object.entries(SAMPLES)){const c=new TokenCount();c.add(text);const e=o200k(text).length,e2=cl100k(text).length;const m=c.most(T);
console.log((m<e?"!! ":"   ")+name.padEnd(14),"exact",e,"cl100k",e2,"most/exact",(m/e).toFixed(2),"likely/exact",(c.likely(T)/e).toFixed(2),"cl/o",(e2/e).toFixed(2));}
const big = SAMPLES.english!.repeat(300).slice(0,100_000);
for (const t of [big, SAMPLES.code!.repeat(40).slice(0,100_000), SAMPLES.chinese!.repeat(1000).slice(0,100_000), SAMPLES.json!.repeat(400).slice(0,1e5)]) {
 for (let i=0;i<50;i++) new TokenCount().add(t);
 const n=200; const a=performance.now(); for (let i=0;i<n;i++) new TokenCount().add(t); console.log(((performance.now()-a)/n).toFixed(3)+" ms");}
const R={latin:1.25,scripts:2,digit:0.34};
for(const [name,text] of Object.entries(SAMPLES)){const c=new TokenCount();c.add(text);const e=cl100k(text).length;if(c.most(R)<e)console.log("cl100k low",name,c.most(R)/e)}
