// What makes the console handier where scripts run. Every page works without it.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Something for screen readers to say.
  let speaker;
  const say = (text) => {
    speaker.textContent = "";
    setTimeout(() => { speaker.textContent = text; }, 50);
  };

  // Copying: the clipboard where there is one (it needs https or localhost), or else the old way,
  // or else the text is selected for the person to copy it.
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      select(element);
      return Boolean(document.execCommand && document.execCommand("copy"));
    }
  };
  const copyButtons = () => {
    for (const button of all("[data-copy]")) {
      const source = document.querySelector(button.dataset.copy);
      if (!source) continue;
      const label = button.textContent;
      let timer;
      button.hidden = false;
      button.addEventListener("click", async () => {
        const done = await copy(source);
        button.textContent = done ? "Copied" : "Selected";
        say(done ? "Copied" : "Not copied. The text is selected: press Control or Command and C.");
        clearTimeout(timer);
        timer = setTimeout(() => { button.textContent = label; }, 2500);
      });
    }
  };

  // Times in the reader's zone. The title keeps the exact time in UTC.
  const localTimes = () => {
    const two = (number) => String(number).padStart(2, "0");
    for (const element of all("time[datetime]")) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime()) || !element.dateTime.includes("T")) continue;
      const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
      element.textContent = "clock" in element.dataset ? clock
        : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const element of all("[data-zone]")) {
      if (zone) element.textContent = `Times are in your zone, ${zone.replaceAll("_", " ")}; point at one for UTC.`;
    }
  };

  // Menus: one open at a time, closed by Escape, by a click elsewhere and by leaving with Tab.
  const menus = () => {
    const open = () => all("details.menu[open]");
    document.addEventListener("toggle", (event) => {
      if (!event.target.matches?.("details.menu") || !event.target.open) return;
      for (const menu of open()) if (menu !== event.target) menu.open = false;
    }, true);
    document.addEventListener("click", (event) => {
      for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("focusout", (event) => {
      const menu = event.target.closest?.("details.menu[open]");
      if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const menu of open()) {
        const held = menu.contains(document.activeElement);
        menu.open = false;
        if (held) menu.querySelector("summary").focus();
      }
    });
  };

  // A form is sent once. A download leaves the page where it is, so such forms say data-download.
  const sending = () => {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || "download" in form.dataset) return;
      if (form.getAttribute("aria-busy") === "true") event.preventDefault();
      else form.setAttribute("aria-busy", "true");
    });
    addEventListener("pageshow", () => {
      for (const form of all("form[aria-busy]")) form.removeAttribute("aria-busy");
    });
  };

  // Secrets are gone when the page is left, so that the way back does not show them again.
  const forget = () => {
    for (const element of all("[data-secret]")) {
      if ("value" in element) {
        element.value = "";
        element.removeAttribute("value");
      } else {
        element.textContent = "Shown once, and gone.";
        element.removeAttribute("href");
      }
      element.removeAttribute("data-secret");
      element.setAttribute("data-secret-gone", "");
      for (const button of all("[data-copy]")) {
        if (button.dataset.copy === `#${element.id}`) button.remove();
      }
    }
  };

  // A one-time link carries its secret behind the #, which no server sees.
  const oneTimeLink = () => {
    const field = document.getElementById("code");
    if (!field || location.hash.length < 2 || field.tagName !== "INPUT") return;
    try {
      field.value = decodeURIComponent(location.hash.slice(1));
    } catch {
      field.value = location.hash.slice(1);
    }
    history.replaceState(null, "", location.pathname + location.search);
  };

  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => { if (event.persisted) forget(); });

  speaker = document.createElement("p");
  speaker.className = "visually-hidden";
  speaker.setAttribute("aria-live", "polite");
  document.body.append(speaker);
  oneTimeLink();
  localTimes();
  copyButtons();
  menus();
  sending();
})();
