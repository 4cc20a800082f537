// Enhancement only: every page works without this file.
const styleSheet = document.querySelector('link[href*="nhsuk-frontend-"]');
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
const nhs = await import(styleSheet.getAttribute("href").replace(".css", ".js"));
nhs.initAll();

// A page whose state changes by itself looks again every two seconds. What a person has focused is not taken away from them.
const live = document.querySelector("[data-live]");
if (live) {
  const look = async () => {
    const answer = await fetch(live.dataset.live);
    if (!answer.ok || answer.redirected) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [said, rest] = [live.querySelector("#now"), live.querySelector("#now-rest")];
    const [freshSaid, freshRest] = [part.querySelector("#now"), part.querySelector("#now-rest")];
    if (said.textContent !== freshSaid.textContent) said.textContent = freshSaid.textContent;
    if (!rest.contains(document.activeElement)) rest.replaceWith(freshRest);
    if (freshRest.dataset.more) setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
