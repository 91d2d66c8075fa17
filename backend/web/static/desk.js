// Renews a list in its place every five seconds, and keeps a button from being pressed twice. Nothing here is needed.
(function () {
  "use strict";
  var live = document.getElementById("live"), fresh = document.getElementById("fresh"), last = null, busy = false;
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function renew() {
    if (document.hidden || busy) return;
    if (live.contains(document.activeElement) && document.activeElement.form) return;
    busy = true;
    fetch(live.getAttribute("data-part"), { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { if (answer.status !== 200) throw answer.status; return answer.text(); })
      .then(function (html) {
        if (html !== last) {
          var held = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
          live.innerHTML = html;
          last = html;
          if (held) live.querySelectorAll("a").forEach(function (a) { if (a.getAttribute("href") === held) a.focus({ preventScroll: true }); });
        }
        var at = new Date();
        fresh.textContent = fresh.getAttribute("data-at") + " " + two(at.getHours()) + ":" + two(at.getMinutes());
        fresh.className = "fresh";
      })
      .catch(function (status) {
        fresh.textContent = fresh.getAttribute(status === 401 ? "data-out" : "data-off");
        fresh.className = "fresh off";
      })
      .then(function () { busy = false; });
  }
  if (live && fresh && window.fetch) {
    setInterval(renew, 5000);
    document.addEventListener("visibilitychange", renew);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
  });
  // Sections are folded where the screen is narrow.
  if (window.matchMedia && window.matchMedia("(min-width: 63rem)").matches) {
    document.querySelectorAll("details.fold").forEach(function (one) { one.open = true; });
  }
  document.querySelectorAll("[data-copy]").forEach(function (box) { box.addEventListener("focus", function () { box.select(); }); });
})();
