// Links the sliced fonts of Japanese, Korean and Chinese once the page shows such text: their lists of slices
// are long, and most pages need none of them.

const SIGNS = { ja: /[぀-ヿ一-鿿]/, ko: /[가-힣]/, zh: null };
const sheets = JSON.parse(document.getElementById("script-fonts")?.textContent ?? "{}");

function needed() {
  const text = document.body.textContent;
  const chinese = document.querySelector(":lang(zh)");
  return Object.keys(sheets).filter((language) => (language === "zh" ? chinese : SIGNS[language].test(text)));
}

function link() {
  for (const language of needed()) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = sheets[language];
    document.head.append(sheet);
    delete sheets[language];
  }
}

export function startScriptFonts() {
  link();
  document.addEventListener("htmx:after:swap", link);
}
