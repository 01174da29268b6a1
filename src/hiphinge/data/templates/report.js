// Ties video, traces and pictures together. The page is complete without it.
(() => {
  "use strict";
  const sync = JSON.parse(document.getElementById("sync").textContent);
  const video = document.querySelector("video");
  const traces = document.querySelector(".traces");
  const plot = traces && traces.querySelector(".plot");
  const cursor = traces && traces.querySelector(".cursor");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const times = sync.times, first = times[0], last = times[times.length - 1];
  let now = first;

  // some browsers cannot seek in a data address, all can in a blob
  if (video && video.src.startsWith("data:")) {
    const [head, body] = video.src.split(",", 2);
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    video.src = URL.createObjectURL(new Blob([bytes], { type: head.slice(5).split(";")[0] }));
  }

  const written = (number) => String(number).replace("-", "−").replace(".", sync.mark);
  const show = (time) => {
    now = Math.min(last, Math.max(first, time));
    if (traces && plot) {
      const share = (now - first) / (last - first);
      cursor.hidden = false;
      cursor.style.left = `${plot.offsetLeft + share * plot.offsetWidth}px`;
      const index = Math.round(share * (times.length - 1));
      cursor.setAttribute("aria-valuenow", now.toFixed(2));
      const told = [];
      for (const panel of traces.querySelectorAll(".panel")) {
        const [value, error] = sync.values[panel.dataset.panel][index];
        const text = value === null ? "–" : `${written(value)}${error === null ? "" : ` ± ${written(error)}`}°`;
        panel.querySelector("output").textContent = text;
        told.push(`${panel.querySelector("b").textContent} ${text}`);
      }
      cursor.setAttribute("aria-valuetext", `${written(now.toFixed(1))} s. ${told.join(", ")}`);
    }
    for (const card of document.querySelectorAll(".card")) {
      const inside = now >= +card.dataset.start && now < +card.dataset.end;
      card.classList.toggle("now", inside);
      const mark = document.querySelector(`.ruler [data-rep="${card.dataset.rep}"]`);
      if (mark) mark.classList.toggle("now", inside);
    }
  };

  const seek = (time, play) => {
    show(time);
    if (!video) return;
    video.currentTime = Math.max(0, time - sync.start);
    if (play && !calm) video.play().catch(() => {});
  };

  // what is folded on a screen is open on paper
  const folded = [...document.querySelectorAll("details.group")];
  addEventListener("beforeprint", () => folded.forEach((one) => { one.dataset.was = one.open; one.open = true; }));
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = one.dataset.was === "true"; }));

  for (const link of document.querySelectorAll("[data-seek]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("set").scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
      seek(+link.dataset.seek, true);
    });
  }

  if (traces && plot) {
    cursor.tabIndex = 0;
    cursor.setAttribute("role", "slider");
    cursor.setAttribute("aria-label", traces.dataset.label);
    cursor.setAttribute("aria-valuemin", first.toFixed(2));
    cursor.setAttribute("aria-valuemax", last.toFixed(2));
    const follow = (event) => {
      const box = plot.getBoundingClientRect();
      if (video) video.pause();
      seek(first + ((event.clientX - box.left) / box.width) * (last - first), false);
    };
    // a finger that scrolls the page must not move the video: a tap does, and a drag along the traces
    let grip = null;
    traces.addEventListener("pointerdown", (event) => {
      grip = event.clientX;
      if (event.pointerType === "mouse") traces.setPointerCapture(event.pointerId);
    });
    traces.addEventListener("pointermove", (event) => {
      if (event.buttons && grip !== null && Math.abs(event.clientX - grip) > 6) follow(event);
    });
    for (const name of ["pointerup", "pointercancel"]) traces.addEventListener(name, () => { grip = null; });
    traces.addEventListener("click", (event) => {
      cursor.focus({ preventScroll: true });
      follow(event);
    });
    const steps = { ArrowLeft: -0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowUp: 0.1, PageDown: -1, PageUp: 1 };
    cursor.addEventListener("keydown", (event) => {
      if (event.key in steps) seek(now + steps[event.key], false);
      else if (event.key === "Home") seek(first, false);
      else if (event.key === "End") seek(last, false);
      else if (event.key === " " && video) video.paused ? video.play() : video.pause();
      else return;
      event.preventDefault();
    });
    addEventListener("resize", () => show(now));
    seek(+traces.dataset.at, false);
  }

  if (video) {
    const tick = () => { show(video.currentTime + sync.start); if (!video.paused) requestAnimationFrame(tick); };
    for (const name of ["play", "seeked", "timeupdate"]) video.addEventListener(name, tick);
  }
})();
