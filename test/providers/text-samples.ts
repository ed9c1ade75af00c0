/** Texts of many kinds, to hold our count of tokens against a real tokenizer's. */
import { readFileSync } from "node:fs";

const base64 = Buffer.from(
  Array.from({ length: 900 }, (_, i) => (i * 7919 + (i >> 3) * 104729 + i * i * 31) % 256),
).toString("base64");
const hex = Buffer.from(base64, "base64").toString("hex");
const schema = {
  type: "function",
  function: {
    name: "get_current_weather",
    description:
      "Get the current weather in a given location, in the unit that the user asked for.",
    parameters: {
      type: "object",
      properties: {
        location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
        days: { type: "integer", minimum: 1, maximum: 14 },
      },
      required: ["location", "unit"],
      additionalProperties: false,
    },
  },
};

export const SAMPLES: Readonly<Record<string, string>> = {
  english:
    "The committee agreed on Thursday that the bridge would be closed for repairs until the end of the month. Residents who cross it every morning were told to take the ferry instead, which leaves every twenty minutes and costs nothing during the works. Nobody seemed particularly surprised; the old ironwork has been groaning for years.",
  german:
    "Der Ausschuss beschloss am Donnerstag, die Brücke bis zum Monatsende für Instandsetzungsarbeiten zu sperren. Anwohnerinnen und Anwohner, die sie jeden Morgen überqueren, sollen stattdessen die Fähre nehmen, die alle zwanzig Minuten ablegt und während der Bauarbeiten kostenlos ist. Die Geschwindigkeitsbegrenzung bleibt bestehen.",
  french:
    "Le comité a décidé jeudi que le pont serait fermé pour des réparations jusqu'à la fin du mois. Les habitants qui le traversent chaque matin sont priés de prendre le bac, qui part toutes les vingt minutes et ne coûte rien pendant les travaux. Personne n'a paru étonné : la vieille charpente gémit depuis des années.",
  spanish:
    "El comité acordó el jueves que el puente quedaría cerrado por reparaciones hasta finales de mes. A los vecinos que lo cruzan cada mañana se les pidió que tomaran el transbordador, que sale cada veinte minutos y no cuesta nada durante las obras. ¿Quién lo habría imaginado? Nadie pareció sorprenderse demasiado.",
  polish:
    "Komisja zdecydowała w czwartek, że most zostanie zamknięty z powodu remontu do końca miesiąca. Mieszkańców, którzy codziennie rano go przekraczają, poproszono o korzystanie z promu, który odpływa co dwadzieścia minut i w czasie prac jest bezpłatny. Nikt nie wydawał się szczególnie zaskoczony.",
  finnish:
    "Valiokunta päätti torstaina, että silta suljetaan korjaustöiden vuoksi kuun loppuun saakka. Asukkaita, jotka ylittävät sen joka aamu, kehotettiin käyttämään lauttaa, joka lähtee kahdenkymmenen minuutin välein eikä maksa mitään töiden aikana. Kukaan ei näyttänyt erityisen yllättyneeltä.",
  turkish:
    "Komite perşembe günü köprünün ay sonuna kadar onarım nedeniyle kapatılmasına karar verdi. Her sabah köprüden geçen sakinlerden, yirmi dakikada bir kalkan ve çalışmalar sırasında ücretsiz olan feribotu kullanmaları istendi. Kimse pek şaşırmış görünmüyordu; eski demir yıllardır inliyordu.",
  vietnamese:
    "Hôm thứ Năm, ủy ban đã quyết định đóng cửa cây cầu để sửa chữa cho đến cuối tháng. Những cư dân đi qua cầu mỗi buổi sáng được yêu cầu đi phà thay thế, cứ hai mươi phút lại có một chuyến và không mất tiền trong thời gian thi công. Không ai tỏ ra đặc biệt ngạc nhiên.",
  russian:
    "Комитет решил в четверг, что мост будет закрыт на ремонт до конца месяца. Жителей, которые переходят его каждое утро, попросили пользоваться паромом, который отправляется каждые двадцать минут и на время работ бесплатен. Никто особенно не удивился: старые фермы стонут уже много лет.",
  greek:
    "Η επιτροπή αποφάσισε την Πέμπτη ότι η γέφυρα θα παραμείνει κλειστή για επισκευές μέχρι το τέλος του μήνα. Οι κάτοικοι που τη διασχίζουν κάθε πρωί κλήθηκαν να παίρνουν το πορθμείο, που φεύγει κάθε είκοσι λεπτά και δεν κοστίζει τίποτα.",
  hebrew:
    "הוועדה החליטה ביום חמישי שהגשר ייסגר לתיקונים עד סוף החודש. התושבים שחוצים אותו מדי בוקר התבקשו לנסוע במעבורת, שיוצאת כל עשרים דקות ואינה עולה דבר במהלך העבודות. איש לא נראה מופתע במיוחד.",
  arabic:
    "قررت اللجنة يوم الخميس إغلاق الجسر لإجراء إصلاحات حتى نهاية الشهر. وطُلب من السكان الذين يعبرونه كل صباح أن يستقلوا العبّارة بدلاً من ذلك، وهي تغادر كل عشرين دقيقة ولا تكلف شيئاً خلال فترة الأعمال. لم يبدُ أحد متفاجئاً.",
  hindi:
    "समिति ने गुरुवार को निर्णय लिया कि पुल महीने के अंत तक मरम्मत के लिए बंद रहेगा। जो निवासी हर सुबह इसे पार करते हैं, उन्हें इसके बजाय नाव लेने को कहा गया, जो हर बीस मिनट में चलती है और काम के दौरान मुफ़्त है। किसी को विशेष आश्चर्य नहीं हुआ।",
  bengali:
    "কমিটি বৃহস্পতিবার সিদ্ধান্ত নিয়েছে যে মেরামতের জন্য সেতুটি মাসের শেষ পর্যন্ত বন্ধ থাকবে। যে বাসিন্দারা প্রতিদিন সকালে এটি পার হন, তাঁদের ফেরি নিতে বলা হয়েছে, যা প্রতি বিশ মিনিটে ছাড়ে।",
  tamil:
    "மாத இறுதி வரை பழுதுபார்ப்பதற்காக பாலம் மூடப்படும் என்று குழு வியாழக்கிழமை முடிவு செய்தது. தினமும் காலையில் அதைக் கடக்கும் குடியிருப்பாளர்கள் படகில் செல்லுமாறு கேட்டுக் கொள்ளப்பட்டனர்.",
  thai: "คณะกรรมการมีมติเมื่อวันพฤหัสบดีว่าสะพานจะปิดซ่อมจนถึงสิ้นเดือน ประชาชนที่ข้ามสะพานทุกเช้าถูกขอให้ใช้เรือข้ามฟากแทน ซึ่งออกทุกยี่สิบนาทีและไม่เสียค่าใช้จ่ายระหว่างการซ่อมแซม ไม่มีใครดูแปลกใจเป็นพิเศษ",
  chinese:
    "委员会星期四决定，大桥将关闭维修至月底。每天早晨过桥的居民被告知改乘渡轮，渡轮每二十分钟一班，施工期间免费。没有人显得特别惊讶，因为那座旧铁桥已经嘎吱作响好多年了。龙骧虎步，饕餮盛宴，魑魅魍魉。",
  japanese:
    "委員会は木曜日、橋を修理のため月末まで閉鎖することを決めた。毎朝橋を渡る住民には、代わりに二十分ごとに出る渡し船を利用するよう呼びかけられた。工事の間は無料である。特に驚いた様子の人はいなかった。カフェラテとクロワッサンをください。",
  korean:
    "위원회는 목요일에 다리를 월말까지 보수를 위해 폐쇄하기로 결정했다. 매일 아침 다리를 건너는 주민들은 대신 이십 분마다 출발하는 나룻배를 이용하라는 안내를 받았으며, 공사 기간 동안 요금은 무료이다. 특별히 놀란 사람은 없어 보였다.",
  georgian:
    "კომიტეტმა ხუთშაბათს გადაწყვიტა, რომ ხიდი თვის ბოლომდე დაიკეტება სარემონტო სამუშაოებისთვის.",
  amharic: "ኮሚቴው ሐሙስ ዕለት ድልድዩ ለጥገና እስከ ወሩ መጨረሻ ድረስ እንዲዘጋ ወሰነ። ነዋሪዎች ጀልባ እንዲጠቀሙ ተጠይቀዋል።",
  emoji: "😀😃😄 👨‍👩‍👧‍👦 party 🎉🎊 let's go 🚀🚀🚀 👍🏽 ❤️ ☺️ 🇩🇪🇫🇷 1️⃣2️⃣ ✅ 🧑🏿‍🚀 ♻️ ⚠️ done ✨",
  symbols:
    "┌──────┬──────┐\n│ a → b │ ∑ x² ≤ ∞ │\n└──────┴──────┘ ★☆✓✗ “quoted” — ‘so’ … © ® ™ ½ ≈ ∀x∈ℝ",
  json: JSON.stringify(schema),
  prettyJson: JSON.stringify(schema, null, 2),
  numbersJson: JSON.stringify(
    Array.from({ length: 40 }, (_, i) => ({
      id: i * 7919,
      value: Math.sin(i) * 1e6,
      at: 1_780_000_000_000 + i,
    })),
  ),
  csv: Array.from(
    { length: 30 },
    (_, i) => `2026-04-${(i % 28) + 1},${i * 37},${(i * 1.37).toFixed(2)},"Item ${i}",true`,
  ).join("\n"),
  code: readFileSync(new URL("../../src/core/money.ts", import.meta.url), "utf8"),
  python:
    'def fibonacci(n: int) -> list[int]:\n    """Return the first n numbers."""\n    a, b = 0, 1\n    out = []\n    for _ in range(n):\n        out.append(a)\n        a, b = b, a + b\n    return out\n\n\nif __name__ == "__main__":\n    print([x ** 2 for x in fibonacci(10) if x % 2 == 0])\n',
  html: '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Hello</title></head>\n<body class="dark:bg-slate-900 px-4"><a href="https://example.com/a?b=c&d=%20e#f">Link</a><br/></body>\n</html>',
  sql: "SELECT c.id, SUM(e.cost_nano) AS total FROM usage_events e JOIN customers c ON c.id = e.customer_id WHERE e.at >= $1 AND e.at < $2 GROUP BY c.id HAVING SUM(e.cost_nano) > 0 ORDER BY total DESC LIMIT 100;",
  markdown:
    "# Title\n\n- **bold** item\n- [link](https://example.org/path/to/page.html)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst x = 1;\n```\n",
  base64,
  hex,
  urls: "https://cdn.example.com/assets/v2/img/9f8e7d6c5b4a/IMG_20260401_120000~2.jpg?X-Amz-Signature=3fb0c44298fc1c149afbf4c8996fb92427ae41e4&Expires=1780000000",
  minified:
    '!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?module.exports=t():(e=e||self).Vue=t()}(this,function(){var e=Object.freeze({});function t(e){return null==e}function n(e){return null!=e}return r=/[^\\x20-\\x7E]/g,o=1e3,i=a?b:c});',
  uuids: Array.from(
    { length: 10 },
    (_, i) =>
      `0196${(i * 65537).toString(16).padStart(4, "0").slice(0, 4)}-7a1b-7c3d-9e5f-${(0xabcdef123456 - i * 99991).toString(16)}`,
  ).join(" "),
  whitespace: `a${" ".repeat(50)}b\n\n\n\n\t\t\tc${"\n".repeat(30)}d  e   f    g\r\n\r\nh`,
  capitals:
    "WARNING: THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG. HTTP_STATUS_CODE=INTERNAL_SERVER_ERROR; XMLHttpRequest getElementById NaN IOException",
  short: "Hi!",
  names:
    "Wojciech Szczęsny, Þórbergur Ægisson, Nguyễn Thị Minh Khai, Xóchitl Ñáñez, Zbigniew Brzeziński, Siobhán O'Súilleabháin, Łódź, Kraków",
  mixed:
    "Please translate „Guten Tag, wie geht’s?“ into 日本語 and Русский, then email a@b.co by 14:30 (UTC+02:00). Cost: €12,50 / ₹1,050.",
};
