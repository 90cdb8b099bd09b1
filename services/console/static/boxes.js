// A box holds so many characters, and a browser cuts a longer text without a word: here it is said, beside the box.
// One place for the boxes of every page; the sentences stand in the page (base.html).
(() => {
  "use strict";
  const { boxFull, boxCut } = document.body.dataset;
  const spoken = (number) => number.toLocaleString(document.documentElement.lang);
  const beside = (box) => box.closest("label") || box;
  const said = (box) => { const next = beside(box).nextElementSibling; return next && next.matches(".cut") ? next : null; };
  function say(box, lost) {
    const line = said(box) || Object.assign(document.createElement("p"), { className: "cut" });
    line.setAttribute("role", "status");
    line.dataset.kept = "";
    if (!line.isConnected) beside(box).after(line);
    line.textContent = (lost > 1 ? boxCut : boxFull).replace("{most}", spoken(box.maxLength)).replace("{lost}", spoken(lost));
  }
  document.addEventListener("beforeinput", (event) => {
    const box = event.target;
    if (!(box.maxLength > 0) || event.isComposing || !event.inputType.startsWith("insert")) return;
    let text = event.data ?? (event.dataTransfer ? event.dataTransfer.getData("text/plain") : event.inputType === "insertLineBreak" ? "\n" : "");
    text = text.replace(/\r\n?/g, "\n");
    if (box.tagName === "INPUT") text = text.replace(/\n/g, "");
    const lost = box.value.length - (box.selectionEnd - box.selectionStart) + text.length - box.maxLength;
    if (lost > 0) say(box, lost);
  });
  document.addEventListener("input", (event) => {
    const box = event.target;
    const line = box.maxLength > 0 && said(box);
    if (line && box.value.length < box.maxLength) line.remove();
  });
  document.addEventListener("reset", (event) => event.target.querySelectorAll(".cut").forEach((one) => one.remove()));
})();
